// The page's own player. It holds the range that is seen, and nothing else; all times here
// are seconds of the song.

class Player {
  take({ start_s, end_s }) {
    [this.start, this.end] = [start_s, end_s];
  }

  // Found anew each time: Streamlit may put another one in its place.
  get element() {
    return document.querySelector('audio[data-testid="stAudio"]');
  }

  get playing() {
    return this.element?.paused === false;
  }

  get now() {
    return Math.min(this.start + (this.element?.currentTime ?? 0), this.end);
  }

  set loop(on) {
    if (this.element) this.element.loop = on;
  }

  toggle() {
    if (this.playing) this.element.pause();
    else this.play();
  }

  seek(seconds) {
    if (this.element) this.element.currentTime = Math.max(0, seconds - this.start);
  }

  play() {
    this.element?.play().catch(() => {}); // another click came between
  }
}
