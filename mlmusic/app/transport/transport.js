// The transport: the waveform of a song with its range and playhead, over the page's own
// player, and over the page's own pictures. It plays nothing and draws no picture itself:
// Streamlit's elements do, and are found by what they are called.

const DRAG = 5; // px: a shorter move is a click
const SKIP = 1; // s that an arrow key moves the playhead
const NARROWEST = 0.05; // s: a range that is shorter is a slip of the hand
const NOTES = ["C", "C♯", "D", "D♯", "E", "F", "F♯", "G", "G♯", "A", "A♯", "B"];

const stages = new WeakMap(); // canvas → Transport

// Streamlit calls this when the transport appears and whenever its data or theme change.
export default function ({ parentElement, data, setStateValue }) {
  const canvas = parentElement.querySelector("canvas");
  if (!stages.has(canvas)) stages.set(canvas, new Transport(parentElement));
  const transport = stages.get(canvas);
  transport.report = setStateValue;
  transport.take(data);
  return () => canvas.isConnected || transport.leave();
}

class Transport {
  constructor(root) {
    const find = (selector) => root.querySelector(selector);
    this.canvas = find("canvas");
    this.play = find(".play");
    this.loop = find(".loop input");
    this.whole = find(".whole");
    this.readout = find(".readout");
    this.hint = this.readout.textContent;
    this.drag = null; // {from, to} in s, while a range is being chosen
    this.pointed = null; // s, where the pointer is
    this.overlays = new Map(); // name → overlay on a picture
    this.off = new AbortController();
    this.listen();
  }

  listen() {
    const options = { signal: this.off.signal };
    const on = (target, type, act) => target.addEventListener(type, act, options);
    on(this.play, "click", () => this.toggle());
    on(this.loop, "change", () => this.paint());
    on(this.whole, "click", () => this.choose(0, this.data.song_s + 1));
    on(this.canvas, "keydown", (event) => this.press(event));
    on(this.canvas, "pointerdown", (event) => this.grasp(event, this.canvas));
    on(document, "pointerdown", (event) => this.grasp(event, null));
    on(document, "pointermove", (event) => this.move(event));
    on(document, "pointerup", (event) => this.drop(event));
    on(document, "pointercancel", () => this.cancel());
    // What the player does does not bubble, but is seen on its way down.
    for (const type of ["play", "pause", "seeked", "ended", "loadedmetadata"])
      document.addEventListener(type, (event) => this.follow(event), {
        ...options,
        capture: true,
      });
    this.resizing = new ResizeObserver(() => this.paint());
    this.resizing.observe(this.canvas);
  }

  take(data) {
    const before = this.data;
    this.data = data;
    if (before?.overview.low !== data.overview.low) {
      this.low = signed(data.overview.low);
      this.high = signed(data.overview.high);
    }
    for (const picture of data.pictures) unpack(picture);
    if (data.wants_moment && !before?.wants_moment) this.tell();
    this.whole.disabled = data.start_s <= 0 && data.end_s >= data.song_s;
    this.paint();
  }

  leave() {
    this.off.abort();
    this.resizing.disconnect();
    cancelAnimationFrame(this.frame);
    for (const overlay of this.overlays.values()) overlay.remove();
  }

  // The player of the page; it holds the range that is seen, and nothing else.
  get player() {
    return document.querySelector('audio[data-testid="stAudio"]');
  }

  get now() {
    const at = this.data.start_s + (this.player?.currentTime ?? 0);
    return Math.min(at, this.data.end_s);
  }

  toggle() {
    const player = this.player;
    if (!player) return;
    if (player.paused) player.play().catch(() => {});
    else player.pause();
  }

  seek(seconds, { play }) {
    const player = this.player;
    if (!player) return;
    player.currentTime = Math.max(0, seconds - this.data.start_s);
    if (play) player.play().catch(() => {});
    this.paint();
  }

  follow(event) {
    if (event.target !== this.player) return;
    this.play.textContent = event.target.paused ? "Play" : "Pause";
    if (event.type === "seeked" || (event.target.paused && event.type === "pause")) this.tell();
    this.paint();
  }

  // Say where the playhead stands, once it stands.
  tell() {
    if (this.data.wants_moment) this.report("moment", hundredths(this.now));
  }

  // The third number tells a choice from the same one made before.
  choose(start, end) {
    const within = (s) => Math.min(Math.max(hundredths(s), 0), this.data.song_s);
    this.report("range", [within(start), within(end), Date.now()]);
  }

  press(event) {
    const steps = { ArrowLeft: -SKIP, ArrowRight: SKIP };
    if (event.key === " ") this.toggle();
    else if (event.key === "Home") this.seek(this.data.start_s, { play: false });
    else if (event.key in steps) this.seek(this.now + steps[event.key], { play: false });
    else return;
    event.preventDefault();
  }

  // What is under the pointer: the waveform, a picture, or nothing.
  under(event) {
    const [target] = event.composedPath();
    if (target === this.canvas) return { surface: this.canvas, seconds: this.secondsOnWave(event) };
    for (const picture of this.data.pictures) {
      const image = imageOf(picture.name);
      if (image && target === image) return this.placeOn(picture, image, event);
    }
    return null;
  }

  secondsOnWave(event) {
    const { left, width } = this.canvas.getBoundingClientRect();
    return clamp((event.clientX - left) / width) * this.data.song_s;
  }

  placeOn(picture, image, event) {
    const edges = image.getBoundingClientRect();
    const [left, bottom, width, height] = picture.box;
    const x = ((event.clientX - edges.left) / edges.width - left) / width;
    const y = (1 - (event.clientY - edges.top) / edges.height - bottom) / height;
    if (this.drag?.surface !== image && (x < 0 || x > 1 || y < 0 || y > 1)) return null;
    const { start_s, end_s } = this.data;
    return {
      surface: image,
      picture,
      x: clamp(x),
      y: clamp(y),
      seconds: start_s + clamp(x) * (end_s - start_s),
    };
  }

  grasp(event, surface) {
    if (event.button !== 0 || this.drag) return;
    const place = this.under(event);
    if (!place || (surface === null && place.surface === this.canvas)) return;
    if (place.surface !== this.canvas) event.preventDefault(); // no dragging of the image itself
    this.drag = { ...place, from: place.seconds, to: place.seconds, x: event.clientX, moved: false };
    if (place.surface === this.canvas) this.canvas.setPointerCapture(event.pointerId);
  }

  move(event) {
    if (this.drag) {
      this.drag.moved ||= Math.abs(event.clientX - this.drag.x) >= DRAG;
      this.drag.to = this.secondsWhileDragging(event);
    }
    const place = this.under(event);
    const pointed = place?.seconds ?? null;
    if (pointed === null && this.pointed === null && !this.drag) return;
    this.pointed = pointed;
    this.readout.textContent = place ? this.describe(place) : this.hint;
    this.paint();
  }

  secondsWhileDragging(event) {
    if (this.drag.surface === this.canvas) return this.secondsOnWave(event);
    return this.placeOn(this.drag.picture, this.drag.surface, event)?.seconds ?? this.drag.to;
  }

  drop(event) {
    const drag = this.drag;
    if (!drag) return;
    this.drag = null;
    if (drag.moved) {
      const [start, end] = [drag.from, this.secondsOf(drag, event)].sort((a, b) => a - b);
      if (end - start >= NARROWEST) this.choose(start, end);
    } else if (drag.from >= this.data.start_s && drag.from <= this.data.end_s) {
      this.seek(drag.from, { play: true });
    } else {
      const length = this.data.end_s - this.data.start_s;
      const start = Math.min(drag.from, this.data.song_s - length);
      this.choose(start, start + length);
    }
    this.paint();
  }

  secondsOf(drag, event) {
    if (drag.surface === this.canvas) return this.secondsOnWave(event);
    return this.placeOn(drag.picture, drag.surface, event)?.seconds ?? drag.to;
  }

  cancel() {
    this.drag = null;
    this.paint();
  }

  describe({ picture, x, y, seconds }) {
    const time = clock(seconds);
    if (!picture?.values) return time;
    const column = Math.min(Math.floor(x * picture.columns), picture.columns - 1);
    const row = Math.min(Math.floor(y * picture.rows), picture.rows - 1);
    const value = picture.lowest + picture.step * picture.values[row * picture.columns + column];
    const frequency = picture.frequencies?.[row];
    if (frequency === undefined) return `${time} · coefficient ${row}: ${signs(value.toFixed(1))}`;
    return `${time} · ${hertz(frequency)} · ${note(frequency)} · ${signs(value.toFixed(1))} dB`;
  }

  paint() {
    this.frame ??= requestAnimationFrame(() => {
      this.frame = null;
      this.draw();
      if (this.player && !this.player.paused) this.paint();
    });
  }

  draw() {
    if (!this.data) return;
    const player = this.player;
    if (player) player.loop = this.loop.checked;
    this.play.textContent = !player || player.paused ? "Play" : "Pause";
    this.canvas.setAttribute("aria-valuemax", this.data.song_s.toFixed(1));
    this.canvas.setAttribute("aria-valuenow", this.now.toFixed(1));
    this.canvas.setAttribute("aria-valuetext", `${clock(this.now)} of ${clock(this.data.song_s)}`);
    this.drawWave();
    for (const picture of this.data.pictures) this.drawOn(picture);
  }

  drawWave() {
    const { clientWidth: width, clientHeight: height } = this.canvas;
    if (!width) return;
    const sharp = devicePixelRatio;
    const [wide, high] = [Math.round(width * sharp), Math.round(height * sharp)];
    if (this.canvas.width !== wide) this.canvas.width = wide;
    if (this.canvas.height !== high) this.canvas.height = high;
    const brush = this.canvas.getContext("2d");
    const colour = getComputedStyle(this.canvas).color;
    const at = (seconds) => (seconds / this.data.song_s) * wide;
    brush.clearRect(0, 0, wide, high);
    brush.fillStyle = colour;
    const [start, end] = this.drag?.moved
      ? [this.drag.from, this.drag.to].sort((a, b) => a - b)
      : [this.data.start_s, this.data.end_s];
    brush.globalAlpha = 0.14;
    brush.fillRect(at(start), 0, at(end) - at(start), high);
    const step = wide / this.low.length;
    for (let i = 0; i < this.low.length; i++) {
      const inside = (i + 1) * step > at(start) && i * step < at(end);
      brush.globalAlpha = inside ? 1 : 0.35;
      const top = (high / 2) * (1 - this.high[i] / 127);
      const bottom = (high / 2) * (1 - this.low[i] / 127);
      brush.fillRect(i * step, top, Math.max(step, 1), Math.max(bottom - top, sharp));
    }
    brush.globalAlpha = 1;
    const ink = getComputedStyle(this.canvas.parentElement).color;
    brush.fillStyle = ink;
    brush.fillRect(at(this.now) - sharp, 0, 2 * sharp, high);
    if (this.pointed !== null) {
      brush.globalAlpha = 0.5;
      brush.fillRect(at(this.pointed) - sharp / 2, 0, sharp, high);
      brush.globalAlpha = 1;
    }
  }

  // The playhead, the pointer's line and the range being chosen, over one picture.
  drawOn(picture) {
    const image = imageOf(picture.name);
    if (!image?.clientWidth) return;
    let overlay = this.overlays.get(picture.name);
    if (!overlay || overlay.parentElement !== image.parentElement) {
      overlay?.remove();
      overlay = newOverlay();
      image.parentElement.style.position = "relative";
      image.parentElement.append(overlay);
      image.style.cursor = "crosshair";
      image.style.touchAction = "pan-y pinch-zoom";
      image.draggable = false;
      this.overlays.set(picture.name, overlay);
    }
    const [left, bottom, width, height] = picture.box;
    const place = (part, whole) => `${part * whole}px`;
    overlay.style.left = `${image.offsetLeft + left * image.clientWidth}px`;
    overlay.style.top = `${image.offsetTop + (1 - bottom - height) * image.clientHeight}px`;
    overlay.style.width = place(width, image.clientWidth);
    overlay.style.height = place(height, image.clientHeight);
    const { start_s, end_s } = this.data;
    const share = (seconds) => (seconds - start_s) / (end_s - start_s);
    const [playhead, line, range] = overlay.children;
    put(playhead, share(this.now));
    put(line, this.pointed === null ? -1 : share(this.pointed));
    const chosen = this.drag?.moved ? [share(this.drag.from), share(this.drag.to)].sort() : null;
    range.hidden = !chosen || this.drag.surface === this.canvas;
    if (!range.hidden) {
      range.style.left = `${100 * chosen[0]}%`;
      range.style.width = `${100 * (chosen[1] - chosen[0])}%`;
    }
  }
}

function newOverlay() {
  const overlay = document.createElement("div");
  overlay.className = "mlmusic-overlay";
  overlay.style.cssText = "position:absolute;overflow:hidden;pointer-events:none";
  overlay.innerHTML = `
    <div class="playhead" style="position:absolute;top:0;bottom:0;width:2px;margin-left:-1px;
      background:#fff;box-shadow:0 0 0 1px #000a"></div>
    <div class="pointer" style="position:absolute;top:0;bottom:0;width:1px;background:#fffc;
      box-shadow:0 0 1px #000"></div>
    <div class="range" style="position:absolute;top:0;bottom:0;background:#fff3;
      outline:1px solid #fffc" hidden></div>`;
  return overlay;
}

function put(mark, share) {
  mark.hidden = share < 0 || share > 1;
  mark.style.left = `${100 * share}%`;
}

function imageOf(name) {
  return document.querySelector(`img[alt^="${name}"]`);
}

// The values of a picture: rows from the bottom up, one byte each, compressed.
async function unpack(picture) {
  const packed = Uint8Array.from(atob(picture.levels), (letter) => letter.charCodeAt(0));
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate"));
  picture.values = new Uint8Array(await new Response(stream).arrayBuffer());
}

function signed(base64) {
  return Int8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
}

function clamp(share) {
  return Math.min(Math.max(share, 0), 1);
}

function hundredths(seconds) {
  return Math.round(seconds * 100) / 100;
}

function signs(text) {
  return text.replace("-", "−");
}

function clock(seconds) {
  const whole = Math.floor(seconds / 60);
  return `${whole}:${(seconds - 60 * whole).toFixed(2).padStart(5, "0")}`;
}

function hertz(frequency) {
  return `${Math.round(frequency).toLocaleString("en-US")} Hz`;
}

// The nearest note of equal temperament, A4 = 440 Hz.
function note(frequency) {
  if (frequency < 16) return "–";
  const key = Math.round(69 + 12 * Math.log2(frequency / 440));
  return `${NOTES[key % 12]}${Math.floor(key / 12) - 1}`;
}
