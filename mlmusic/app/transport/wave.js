// The waveform of the whole song, with the range, the playhead and the pointer's line.

const OUTSIDE = 0.35; // opacity of the waveform outside the range
const RANGE = 0.14; // opacity of what lies behind the range

class Wave {
  constructor(canvas) {
    this.canvas = canvas;
  }

  take({ overview, song_s }) {
    this.song = song_s;
    if (this.packed === overview.low) return;
    this.packed = overview.low;
    this.low = signed(overview.low);
    this.high = signed(overview.high);
  }

  isUnder(event) {
    return event.composedPath()[0] === this.canvas;
  }

  secondsAt(event) {
    const { left, width } = this.canvas.getBoundingClientRect();
    return clamp((event.clientX - left) / width) * this.song;
  }

  placeAt(event) {
    const seconds = this.secondsAt(event);
    return { surface: this, seconds, words: clock(seconds) };
  }

  draw({ range, now, pointed }) {
    this.describe(now);
    const { clientWidth: width, clientHeight: height } = this.canvas;
    if (!width) return;
    const sharp = devicePixelRatio;
    const [wide, high] = [Math.round(width * sharp), Math.round(height * sharp)];
    if (this.canvas.width !== wide) this.canvas.width = wide;
    if (this.canvas.height !== high) this.canvas.height = high;
    const brush = this.canvas.getContext("2d");
    const at = (seconds) => (seconds / this.song) * wide;
    brush.clearRect(0, 0, wide, high);
    this.drawSound(brush, { start: at(range[0]), end: at(range[1]), wide, high, sharp });
    brush.fillStyle = getComputedStyle(this.canvas.parentElement).color;
    brush.globalAlpha = 1;
    brush.fillRect(at(now) - sharp, 0, 2 * sharp, high);
    if (pointed === null) return;
    brush.globalAlpha = 0.5;
    brush.fillRect(at(pointed) - sharp / 2, 0, sharp, high);
  }

  drawSound(brush, { start, end, wide, high, sharp }) {
    brush.fillStyle = getComputedStyle(this.canvas).color;
    brush.globalAlpha = RANGE;
    brush.fillRect(start, 0, end - start, high);
    const step = wide / this.low.length;
    for (let i = 0; i < this.low.length; i++) {
      const inside = (i + 1) * step > start && i * step < end;
      brush.globalAlpha = inside ? 1 : OUTSIDE;
      const top = (high / 2) * (1 - this.high[i] / 127);
      const bottom = (high / 2) * (1 - this.low[i] / 127);
      brush.fillRect(i * step, top, Math.max(step, 1), Math.max(bottom - top, sharp));
    }
  }

  // What a screen reader says of the playhead.
  describe(now) {
    this.canvas.setAttribute("aria-valuemax", this.song.toFixed(1));
    this.canvas.setAttribute("aria-valuenow", now.toFixed(1));
    this.canvas.setAttribute("aria-valuetext", `${clock(now)} of ${clock(this.song)}`);
  }
}

function signed(base64) {
  return Int8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
}
