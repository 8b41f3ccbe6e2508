// A press on the waveform or a picture: a click, until it moves; then a range being chosen.

const DRAG = 5; // px: a shorter move is a click
const NARROWEST = 0.05; // s: a range that is shorter is a slip of the hand

class Press {
  constructor({ surface, seconds }, event) {
    this.surface = surface;
    this.from = this.to = seconds;
    this.x = event.clientX;
    this.moved = false;
  }

  move(event) {
    this.moved ||= Math.abs(event.clientX - this.x) >= DRAG;
    this.to = this.surface.secondsAt(event) ?? this.to;
  }

  // What is being chosen, [start, end] in seconds; null while it is a click.
  get range() {
    if (!this.moved) return null;
    return this.from < this.to ? [this.from, this.to] : [this.to, this.from];
  }

  get isSlip() {
    return this.moved && Math.abs(this.to - this.from) < NARROWEST;
  }
}
