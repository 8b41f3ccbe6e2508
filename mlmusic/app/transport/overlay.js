// What lies over the axes of a picture: the playhead, the pointer's line, the range that is
// being chosen, and the readout where its own place is out of sight. It is the page's, outside
// the shadow root of the transport, so it brings its style along.

const COVER = "position:absolute;top:0;bottom:0;";
const MARKS = {
  playhead: `${COVER}width:2px;margin-left:-1px;background:#fff;box-shadow:0 0 0 1px #000a`,
  pointer: `${COVER}width:1px;background:#fffc;box-shadow:0 0 1px #000`,
  range: `${COVER}background:#fff3;outline:1px solid #fffc`,
  words: `position:absolute;top:4px;left:50%;translate:-50%;padding:0 6px;border-radius:4px;
    background:#000c;color:#fff;font-size:12px;line-height:1.6;white-space:nowrap;
    font-variant-numeric:tabular-nums`,
};

class Overlay {
  constructor(onResize) {
    this.resizing = new ResizeObserver(onResize);
    this.element = document.createElement("div");
    this.element.className = "mlmusic-overlay";
    this.element.style.cssText = "position:absolute;overflow:hidden;pointer-events:none";
    for (const [name, style] of Object.entries(MARKS)) {
      this[name] = document.createElement("div");
      this[name].className = name;
      this[name].style.cssText = style;
      this.element.append(this[name]);
    }
  }

  layOver(image, [left, bottom, width, height]) {
    if (this.image !== image) this.moveTo(image);
    Object.assign(this.element.style, {
      left: `${image.offsetLeft + left * image.clientWidth}px`,
      top: `${image.offsetTop + (1 - bottom - height) * image.clientHeight}px`,
      width: `${width * image.clientWidth}px`,
      height: `${height * image.clientHeight}px`,
    });
  }

  moveTo(image) {
    this.image = image;
    this.resizing.disconnect();
    this.resizing.observe(image); // it fills the screen, or the window changes
    Object.assign(image.style, { cursor: "crosshair", touchAction: "pan-y pinch-zoom" });
    image.draggable = false;
    image.parentElement.style.position = "relative";
    image.parentElement.append(this.element);
  }

  // Places in shares of the width; null: not shown.
  draw({ now, pointed, chosen, words }) {
    put(this.playhead, now);
    put(this.pointer, pointed);
    this.words.hidden = !words;
    this.words.textContent = words;
    this.range.hidden = !chosen;
    if (chosen) {
      this.range.style.left = `${100 * chosen[0]}%`;
      this.range.style.width = `${100 * (chosen[1] - chosen[0])}%`;
    }
  }

  remove() {
    this.resizing.disconnect();
    this.element.remove();
  }
}

function put(mark, share) {
  mark.hidden = share === null || share < 0 || share > 1;
  mark.style.left = `${100 * share}%`;
}
