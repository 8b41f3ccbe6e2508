// Charts of `Curves`, drawn anew whenever Python sends them. One canvas a chart.

const MARGIN = { left: 58, right: 6, top: 42, bottom: 58 }; // px around the plot
const NEAR = 40; // px: a point farther from the pointer is not meant

const charts = new WeakMap(); // <figure> → Chart

// Streamlit calls this when the component appears and whenever its data or theme change.
export default function ({ parentElement, data }) {
  const root = parentElement.querySelector(".charts");
  while (root.children.length < data.charts.length) charts.set(newFigure(root), null);
  data.charts.forEach((curves, index) => {
    const figure = root.children[index];
    if (!charts.get(figure)) charts.set(figure, new Chart(figure));
    charts.get(figure).show(curves);
  });
  return () => root.isConnected || [...root.children].forEach((one) => charts.get(one).leave());
}

function newFigure(root) {
  const figure = document.createElement("figure");
  figure.innerHTML = '<canvas role="img"></canvas><div class="value" hidden></div>';
  return root.appendChild(figure);
}

class Chart {
  constructor(figure) {
    this.canvas = figure.querySelector("canvas");
    this.value = figure.querySelector(".value");
    this.pointer = null; // [x, y] in px, while it is over the chart
    this.canvas.addEventListener("pointermove", (event) => {
      this.pointer = [event.offsetX, event.offsetY];
      this.paint();
    });
    this.canvas.addEventListener("pointerleave", () => {
      this.pointer = null;
      this.paint();
    });
    this.resizing = new ResizeObserver(() => this.paint());
    this.resizing.observe(this.canvas);
  }

  show(curves) {
    this.curves = curves;
    this.canvas.setAttribute("aria-label", curves.description);
    this.paint();
  }

  leave() {
    this.resizing.disconnect();
  }

  paint() {
    const { clientWidth: width, clientHeight: height } = this.canvas;
    if (!this.curves || !width) return;
    const sharp = devicePixelRatio;
    const [wide, high] = [Math.round(width * sharp), Math.round(height * sharp)];
    if (this.canvas.width !== wide) this.canvas.width = wide;
    if (this.canvas.height !== high) this.canvas.height = high;
    this.brush = this.canvas.getContext("2d");
    this.brush.setTransform(sharp, 0, 0, sharp, 0, 0);
    this.brush.clearRect(0, 0, width, height);
    const style = getComputedStyle(this.canvas);
    this.brush.font = style.font;
    this.color = style.color;
    this.lay(width, height);
    this.axes();
    this.legend();
    this.lines();
    this.hover();
  }

  // Decide where values come to lie: `this.x` and `this.y` turn them into px.
  lay(width, height) {
    const { curves } = this;
    this.box = { left: MARGIN.left, right: width - MARGIN.right };
    Object.assign(this.box, { top: MARGIN.top, bottom: height - MARGIN.bottom });
    const values = curves.points.flat().map(([, value]) => value);
    this.ticks = verticalTicks(curves, values);
    const turn = curves.logarithmic ? Math.log10 : (value) => value;
    const low = turn(this.ticks.low);
    const span = turn(this.ticks.high) - low || 1;
    const { left, right, top, bottom } = this.box;
    this.x = (step) => left + ((right - left) * step) / Math.max(curves.last_step, 1);
    this.y = (value) => bottom - ((bottom - top) * (turn(value) - low)) / span;
  }

  axes() {
    const { brush, box, curves } = this;
    brush.strokeStyle = this.faint(0.13);
    brush.fillStyle = this.faint(0.75);
    brush.textAlign = "right";
    brush.textBaseline = "middle";
    for (const tick of this.ticks.values) {
      this.line([[box.left, this.y(tick)], [box.right, this.y(tick)]]);
      brush.fillText(text(tick, curves, 0), box.left - 12, this.y(tick));
    }
    brush.textAlign = "center";
    const few = (box.right - box.left) / 60;
    for (const tick of niceTicks(0, curves.last_step, few)) {
      if (Number.isInteger(tick)) brush.fillText(tick.toLocaleString("en"), this.x(tick), box.bottom + 21);
    }
    brush.fillText("Step (batches)", (box.left + box.right) / 2, box.bottom + 50);
    brush.save();
    brush.translate(8, (box.top + box.bottom) / 2);
    brush.rotate(-Math.PI / 2);
    brush.fillText(curves.title, 0, 0);
    brush.restore();
    brush.strokeStyle = curves.muted;
    brush.setLineDash([2, 3]);
    for (const step of curves.epoch_ends) this.line([[this.x(step), box.top], [this.x(step), box.bottom]]);
    brush.setLineDash([]);
  }

  legend() {
    const { brush } = this;
    brush.textAlign = "left";
    let x = this.box.left + 4;
    for (const { name, color } of this.curves.series) {
      brush.fillStyle = color;
      brush.fillRect(x, 13, 10, 3);
      brush.fillStyle = this.faint(0.85);
      brush.fillText(name, x + 16, 15);
      x += brush.measureText(name).width + 32;
    }
  }

  lines() {
    const { brush, box, curves } = this;
    brush.save();
    brush.beginPath();
    brush.rect(box.left, box.top - 4, box.right - box.left + 4, box.bottom - box.top + 8);
    brush.clip();
    curves.series.forEach(({ color, width, opacity, dash, marks }, index) => {
      const points = curves.points[index].map(([step, value]) => [this.x(step), this.y(value)]);
      brush.globalAlpha = opacity;
      brush.strokeStyle = brush.fillStyle = color;
      brush.setLineDash(dash[1] ? dash : []);
      brush.lineWidth = width;
      if (width) this.line(points);
      if (marks) for (const point of points) this.dot(point, 3);
    });
    brush.restore();
  }

  // Give the values of the point that the pointer is nearest to.
  hover() {
    const near = this.pointer && this.nearest();
    this.value.hidden = !near;
    if (!near) return;
    const { series, step, value, x, y } = near;
    this.brush.fillStyle = series.color;
    this.dot([x, y], 4.5);
    this.value.textContent = `Step ${step.toLocaleString("en")}, ${series.name}: ${text(value, this.curves, 1)}`;
    const half = this.value.offsetWidth / 2;
    const left = Math.min(Math.max(x - half, 0), this.canvas.clientWidth - 2 * half);
    this.value.style.left = `${left}px`;
    this.value.style.top = `${Math.max(y - 40, 0)}px`;
  }

  nearest() {
    let best = null;
    this.curves.points.forEach((points, index) => {
      for (const [step, value] of points) {
        const [x, y] = [this.x(step), this.y(value)];
        const distance = Math.hypot(x - this.pointer[0], y - this.pointer[1]);
        if (distance > NEAR || (best && distance > best.distance)) continue;
        best = { series: this.curves.series[index], step, value, x, y, distance };
      }
    });
    return best;
  }

  line(points) {
    this.brush.beginPath();
    for (const point of points) this.brush.lineTo(...point);
    this.brush.stroke();
  }

  dot(place, radius) {
    this.brush.beginPath();
    this.brush.arc(...place, radius, 0, 2 * Math.PI);
    this.brush.fill();
  }

  faint(opacity) {
    return `color-mix(in srgb, ${this.color} ${100 * opacity}%, transparent)`;
  }
}

// The ends of the vertical axis and the values that are written beside it.
function verticalTicks({ scale, logarithmic }, values) {
  if (scale === "share") return { low: 0, high: 1, values: niceTicks(0, 1, 5) };
  const empty = scale === "empty";
  if (logarithmic) {
    const positive = values.filter((value) => value > 0);
    const low = empty || !positive.length ? 0.01 : least(positive);
    const high = empty || !positive.length ? 2.5 : -least(positive.map((value) => -value));
    const wide = high > low ? high : 2 * low;
    return { low, high: wide, values: logTicks(low, wide) };
  }
  const high = empty ? 2.5 : -least(values.map((value) => -value));
  const ticks = niceTicks(0, high || 1, 5);
  const step = ticks[1] - ticks[0];
  if (ticks.at(-1) < high) ticks.push(ticks.at(-1) + step);
  return { low: 0, high: ticks.at(-1), values: ticks };
}

function least(values) {
  return values.reduce((one, other) => Math.min(one, other));
}

// About `count` round numbers from low to high: 1, 2 or 5 times a power of ten apart.
function niceTicks(low, high, count) {
  const rough = (high - low) / Math.max(count, 2);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * [1, 2, 5, 10].find((one) => one * power >= rough * 0.999);
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  return Array.from({ length: last - first + 1 }, (_, index) => (first + index) * step);
}

// 1, 2 and 5 times each power of ten; only the powers themselves where these are many.
function logTicks(low, high) {
  const [first, last] = [Math.floor(Math.log10(low)), Math.ceil(Math.log10(high))];
  const factors = last - first > 3 ? [1] : [1, 2, 5];
  const powers = Array.from({ length: last - first + 1 }, (_, index) => 10 ** (first + index));
  const all = powers.flatMap((power) => factors.map((factor) => factor * power));
  return all.filter((tick) => tick >= low * 0.999 && tick <= high * 1.001);
}

// A value as the chart's axis writes it, with `more` digits.
function text(value, { axis_format }, more) {
  if (axis_format.endsWith("%")) return `${(100 * value).toFixed(2 * more)}%`;
  return String(Number(value.toPrecision(3)));
}
