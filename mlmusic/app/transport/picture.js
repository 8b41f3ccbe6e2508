// One of the page's own pictures: what is under the pointer there, in seconds and in words.

class Picture {
  constructor(name, onResize) {
    this.name = name; // how its alternative text begins
    this.overlay = new Overlay(onResize);
  }

  take(surface, { start_s, end_s }) {
    this.surface = surface;
    [this.start, this.end] = [start_s, end_s];
    this.unpack(surface);
  }

  // Rows of values from the bottom up, two bytes each.
  async unpack(surface) {
    const packed = Uint8Array.from(atob(surface.levels), (letter) => letter.charCodeAt(0));
    const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate"));
    surface.values = new Uint16Array(await new Response(stream).arrayBuffer());
  }

  // Found anew each time: Streamlit may put another one in its place.
  get image() {
    return document.querySelector(`img[alt^="${this.name}"]`);
  }

  isUnder(event) {
    return event.composedPath()[0] === this.image;
  }

  // Where the pointer is, as shares of the axes.
  shares(event) {
    const edges = this.image.getBoundingClientRect();
    const [left, bottom, width, height] = this.surface.box;
    return [
      ((event.clientX - edges.left) / edges.width - left) / width,
      (1 - (event.clientY - edges.top) / edges.height - bottom) / height,
    ];
  }

  secondsAt(event) {
    if (!this.image) return null;
    return this.start + clamp(this.shares(event)[0]) * (this.end - this.start);
  }

  // What is under the pointer; beyond the axes there is nothing, unless it is brought back.
  placeAt(event, { clamped }) {
    const [x, y] = this.shares(event);
    if (!clamped && (clamp(x) !== x || clamp(y) !== y)) return null;
    const seconds = this.secondsAt(event);
    return { surface: this, seconds, words: this.describe(clamp(x), clamp(y), seconds) };
  }

  describe(x, y, seconds) {
    const { values, rows, columns, lowest, step, frequencies } = this.surface;
    const time = clock(seconds);
    if (!values) return time;
    const column = Math.min(Math.floor(x * columns), columns - 1);
    const row = Math.min(Math.floor(y * rows), rows - 1);
    const value = tenths(lowest + step * values[row * columns + column]);
    if (!frequencies) return `${time} · coefficient ${row}: ${value}`;
    return `${time} · ${hertz(frequencies[row])} · ${note(frequencies[row])} · ${value} dB`;
  }

  draw({ now, pointed, chosen, words }) {
    const image = this.image;
    if (!image?.clientWidth) return;
    const share = (seconds) => (seconds - this.start) / (this.end - this.start);
    this.overlay.layOver(image, this.surface.box);
    this.overlay.draw({
      now: share(now),
      pointed: pointed === null ? null : share(pointed),
      chosen: chosen && chosen.map(share),
      words,
    });
  }
}
