// The transport: the waveform of a song with its range and playhead, over the page's own
// player, and over the page's own pictures. It plays nothing and draws no picture itself:
// Streamlit's elements do, and are found by what they are called.

const SKIP = 1; // s that an arrow key moves the playhead
const HEADER = 60; // px of the window that Streamlit's header may cover

const stages = new WeakMap(); // canvas → Transport

// Streamlit calls this when the transport appears and whenever its data or theme change.
export default function ({ parentElement, data, setStateValue }) {
  const canvas = parentElement.querySelector("canvas");
  if (!stages.has(canvas)) stages.set(canvas, new Transport(parentElement, canvas));
  const transport = stages.get(canvas);
  transport.report = setStateValue;
  transport.take(data);
  return () => canvas.isConnected || transport.leave();
}

class Transport {
  constructor(root, canvas) {
    this.play = root.querySelector(".play");
    this.loop = root.querySelector(".loop input");
    this.whole = root.querySelector(".whole");
    this.readout = root.querySelector(".readout");
    this.hint = this.readout.textContent;
    this.player = new Player();
    this.wave = new Wave(canvas);
    this.pictures = new Map(); // name → Picture
    this.press = null; // a Press, while it lasts
    this.place = null; // what is under the pointer: {surface, seconds, words}
    this.off = new AbortController();
    this.listen(canvas);
  }

  listen(canvas) {
    const options = { signal: this.off.signal };
    const on = (target, type, act) => target.addEventListener(type, act, options);
    on(this.play, "click", () => this.player.toggle());
    on(this.loop, "change", () => this.paint());
    on(this.whole, "click", () => this.choose(0, this.data.song_s));
    on(canvas, "keydown", (event) => this.steer(event));
    on(document, "pointerdown", (event) => this.grasp(event));
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
    this.resizing.observe(canvas);
  }

  take(data) {
    const before = this.data;
    this.data = data;
    this.player.take(data);
    this.wave.take(data);
    for (const surface of data.pictures) {
      if (!this.pictures.has(surface.name))
        this.pictures.set(surface.name, new Picture(surface.name, () => this.paint()));
      this.pictures.get(surface.name).take(surface, data);
    }
    if (data.wants_moment && !before?.wants_moment) this.tell();
    this.whole.disabled = data.start_s <= 0 && data.end_s >= data.song_s;
    this.paint();
  }

  leave() {
    this.off.abort();
    this.resizing.disconnect();
    cancelAnimationFrame(this.frame);
    for (const picture of this.pictures.values()) picture.overlay.remove();
  }

  follow(event) {
    if (event.target !== this.player.element) return;
    if (event.type === "seeked" || event.type === "pause") this.tell();
    this.paint();
  }

  // Say where the playhead stands, once it stands.
  tell() {
    if (this.data.wants_moment) this.report("moment", hundredths(this.player.now));
  }

  // The end of the song is its very end; the third number tells a choice from the same one
  // made before.
  choose(start, end) {
    const song = this.data.song_s;
    const within = (s) => Math.min(Math.max(s < song ? hundredths(s) : song, 0), song);
    this.report("range", [within(start), within(end), Date.now()]);
  }

  steer(event) {
    const steps = { ArrowLeft: -SKIP, ArrowRight: SKIP };
    if (event.key === " ") this.player.toggle();
    else if (event.key === "Home") this.player.seek(this.data.start_s);
    else if (event.key in steps) this.player.seek(this.player.now + steps[event.key]);
    else return;
    event.preventDefault();
    this.paint();
  }

  // What is under the pointer on the waveform or a picture, or nothing.
  placeAt(event) {
    const surface = [this.wave, ...this.pictures.values()].find((one) => one.isUnder(event));
    return surface?.placeAt(event, { clamped: this.press?.surface === surface }) ?? null;
  }

  grasp(event) {
    if (event.button !== 0 || this.press) return;
    this.move(event); // a finger does not move to where it touches
    if (!this.place) return;
    if (this.place.surface === this.wave) this.wave.canvas.setPointerCapture(event.pointerId);
    else event.preventDefault(); // no dragging of the image itself
    this.press = new Press(this.place, event);
  }

  move(event) {
    this.press?.move(event);
    const before = this.place;
    this.place = this.placeAt(event);
    if (this.place || before || this.press) this.paint();
  }

  drop(event) {
    const press = this.press;
    if (!press) return;
    press.move(event);
    this.press = null;
    if (press.range) {
      if (!press.isSlip) this.choose(...press.range);
    } else this.playFrom(press.from);
    this.paint();
  }

  // From a moment outside the range, a range of the same length is moved there.
  playFrom(seconds) {
    const { start_s, end_s, song_s } = this.data;
    if (seconds >= start_s && seconds <= end_s) {
      this.player.seek(seconds);
      this.player.play();
    } else {
      const start = Math.min(seconds, song_s - (end_s - start_s));
      this.choose(start, start + end_s - start_s);
    }
  }

  cancel() {
    this.press = null;
    this.paint();
  }

  paint() {
    this.frame ??= requestAnimationFrame(() => {
      this.frame = null;
      this.draw();
      if (this.player.playing) this.paint();
    });
  }

  draw() {
    this.player.loop = this.loop.checked;
    this.play.textContent = this.player.playing ? "Pause" : "Play";
    this.readout.textContent = this.place?.words ?? this.hint;
    const { place, press } = this;
    const [now, pointed] = [this.player.now, place?.seconds ?? null];
    const range = press?.range ?? [this.data.start_s, this.data.end_s];
    const chosen = press && press.surface !== this.wave ? press.range : null;
    this.wave.draw({ range, now, pointed });
    const words = isInSight(this.readout) ? "" : place?.words;
    for (const picture of this.pictures.values())
      picture.draw({ now, pointed, chosen, words: picture === place?.surface ? words : "" });
  }
}

function isInSight(element) {
  const { top, bottom } = element.getBoundingClientRect();
  return top >= HEADER && bottom <= innerHeight;
}
