// The sketch pad. What is on the paper is decided here alone: the strokes that come from
// Python are taken when the pad appears, and then only where Python says by another number
// that they are to take the drawing's place, so that a late answer never erases ink.

const SIDE = 280; // units a side, whatever the size on the screen
const PEN_MEMORY = "mlmusic_pen_width"; // in the browser, for this visit
const STEP = 1; // units between two points, at least
const SEND_MS = 300; // between two messages while a stroke is being drawn

const pads = new WeakMap(); // canvas → Pad

// Streamlit calls this when the pad appears and again whenever its data or theme change.
export default function ({ parentElement, data, setStateValue }) {
  const canvas = parentElement.querySelector("canvas");
  const { strokes = [], replacement = 0, taken = 0, announcement = "" } = data ?? {};
  if (!pads.has(canvas)) pads.set(canvas, new Pad(parentElement, strokes, replacement));
  const pad = pads.get(canvas);
  pad.report = (drawn) => setStateValue("strokes", drawn);
  if (pad.replacement !== replacement) pad.replace(strokes, replacement, taken);
  pad.announce(announcement);
  pad.paintSoon();
  return () => canvas.isConnected || pad.leave();
}

class Pad {
  constructor(root, strokes, replacement) {
    this.root = root.querySelector(".pad");
    this.canvas = root.querySelector("canvas");
    this.width = root.querySelector(".pen input"); // what the person sees, % of the pad
    this.width.value = ifAllowed(() => sessionStorage.getItem(PEN_MEMORY)) ?? this.width.value;
    this.take(strokes, replacement);
    this.pointer = null; // the one that is drawing
    this.byFinger = false; // whether that is a finger, or a palm
    this.last = null; // its last place, also beyond the edge
    this.timer = null;
    this.listen();
  }

  listen() {
    const on = (type, act) => this.canvas.addEventListener(type, act);
    on("pointerdown", (event) => this.begin(event));
    on("pointermove", (event) => this.follow(event));
    on("pointerup", (event) => this.lift(event));
    on("pointercancel", (event) => this.lift(event));
    on("lostpointercapture", (event) => this.lift(event));
    this.root.querySelector(".undo").addEventListener("click", () => this.undo());
    this.root.querySelector(".clear").addEventListener("click", () => this.clear());
    this.root.addEventListener("keydown", (event) => this.press(event));
    this.width.addEventListener("input", () => this.widen());
    this.resizing = new ResizeObserver(() => this.paint());
    this.resizing.observe(this.canvas);
  }

  take(strokes, replacement) {
    this.strokes = strokes; // [[[x, y], ...], ...], in units
    // What was on the paper before each change; of a drawing from Python, before each stroke.
    this.past = strokes.map((_, index) => strokes.slice(0, index));
    this.replacement = replacement; // how often Python has put another drawing here
  }

  // Put a drawing in the place of the first strokes, those that Python knew; what was drawn
  // since stays, and a line that is being drawn goes on.
  replace(strokes, replacement, taken) {
    const before = this.pointer === null ? Infinity : this.past.at(-1).length;
    const since = this.strokes.slice(Math.min(taken, before));
    this.take(strokes, replacement);
    since.forEach((_, index) => this.past.push([...strokes, ...since.slice(0, index)]));
    this.strokes = [...strokes, ...since];
    this.paintSoon();
    this.send();
  }

  // Only a new sentence is said; none while the pen is down.
  announce(sentence) {
    const spoken = this.root.querySelector(".spoken");
    if (this.pointer === null && spoken.textContent !== sentence) spoken.textContent = sentence;
  }

  widen() {
    ifAllowed(() => sessionStorage.setItem(PEN_MEMORY, this.width.value));
    this.paintSoon();
  }

  begin(event) {
    if (!event.isPrimary || event.button !== 0) return;
    const palmFirst = this.byFinger && event.pointerType === "pen";
    if (this.pointer !== null && !palmFirst) return;
    this.canvas.setPointerCapture(event.pointerId);
    if (this.pointer !== null) this.strokes = this.past.pop(); // the hand that holds the pen
    this.pointer = event.pointerId;
    this.byFinger = event.pointerType === "touch";
    this.last = nearest(this.place(event));
    this.past.push(this.strokes);
    this.strokes = [...this.strokes, [this.last]];
    this.paintSoon();
  }

  follow(event) {
    if (event.pointerId !== this.pointer) return;
    const moves = event.getCoalescedEvents?.() ?? [];
    for (const move of moves.length ? moves : [event]) this.extend(this.place(move));
    this.paintSoon();
    this.timer ??= setTimeout(() => this.send(), SEND_MS);
  }

  lift(event) {
    if (event.pointerId !== this.pointer) return;
    this.pointer = null;
    this.send();
  }

  // Beyond the edge there is no paper: the line ends where it crosses the edge, and begins anew
  // where it comes back, however far apart two places are.
  extend(place) {
    const last = this.last;
    this.last = place;
    const part = partOnPaper(last, place);
    if (!part) return;
    const [start, end] = part;
    const returns = distance(last, start) > 0;
    const leaves = distance(end, place) > 0;
    if (returns && leaves && distance(start, end) < STEP) return; // it touched a corner
    if (returns) this.strokes.push([start]);
    const stroke = this.strokes.at(-1);
    if (distance(stroke.at(-1), end) >= STEP) stroke.push(end);
  }

  undo() {
    if (this.pointer !== null || !this.past.length) return;
    this.show(this.past.pop());
  }

  clear() {
    if (this.pointer !== null || !this.strokes.length) return;
    this.past.push(this.strokes);
    this.show([]);
  }

  press(event) {
    const erases = ["Delete", "Backspace"].includes(event.key) && event.target !== this.width;
    const undoes = event.key.toLowerCase() === "z" && (event.ctrlKey || event.metaKey);
    if (!erases && !undoes) return;
    event.preventDefault();
    if (erases) this.clear();
    else this.undo();
  }

  show(strokes) {
    this.strokes = strokes;
    this.paintSoon();
    this.send();
  }

  send() {
    clearTimeout(this.timer);
    this.timer = null;
    this.report(this.strokes);
  }

  leave() {
    clearTimeout(this.timer);
    this.resizing.disconnect();
  }

  place(event) {
    const edges = this.canvas.getBoundingClientRect();
    const scale = SIDE / edges.width;
    return [tenths((event.clientX - edges.left) * scale), tenths((event.clientY - edges.top) * scale)];
  }

  paintSoon() {
    this.frame ??= requestAnimationFrame(() => this.paint());
  }

  paint() {
    cancelAnimationFrame(this.frame);
    this.frame = null;
    this.root.classList.toggle("drawn", this.strokes.length > 0);
    const side = Math.round(this.canvas.clientWidth * devicePixelRatio);
    if (this.canvas.width !== side) this.canvas.width = this.canvas.height = side;
    const brush = this.canvas.getContext("2d");
    brush.setTransform(side / SIDE, 0, 0, side / SIDE, 0, 0);
    brush.clearRect(0, 0, SIDE, SIDE);
    brush.strokeStyle = brush.fillStyle = getComputedStyle(this.canvas).color;
    brush.lineWidth = (SIDE * this.width.value) / 100;
    this.width.setAttribute("aria-valuetext", `${this.width.value}% of the pad`);
    brush.lineCap = brush.lineJoin = "round";
    for (const stroke of this.strokes) trace(brush, stroke);
  }
}

// Draw a stroke as one smooth line: its points pull the curve, which passes half-way between.
function trace(brush, stroke) {
  const first = stroke[0];
  const last = stroke.at(-1);
  brush.beginPath();
  if (stroke.length === 1) {
    brush.arc(...first, brush.lineWidth / 2, 0, 2 * Math.PI);
    brush.fill();
    return;
  }
  brush.moveTo(...first);
  for (let i = 1; i < stroke.length - 1; i++) {
    const [x, y] = stroke[i];
    const [nextX, nextY] = stroke[i + 1];
    brush.quadraticCurveTo(x, y, (x + nextX) / 2, (y + nextY) / 2);
  }
  brush.lineTo(...last);
  brush.stroke();
}

// Return both ends of the part of a straight way that is on the paper; null where none is.
function partOnPaper(from, to) {
  let enters = 0; // shares of the way
  let leaves = 1;
  for (const axis of [0, 1]) {
    const way = to[axis] - from[axis];
    if (way === 0 && from[axis] === nearest(from)[axis]) continue; // or 0 / 0 along an edge
    const crossings = [-from[axis] / way, (SIDE - from[axis]) / way];
    enters = Math.max(enters, Math.min(...crossings));
    leaves = Math.min(leaves, Math.max(...crossings));
  }
  if (enters > leaves) return null;
  return [enters, leaves].map((share) =>
    from.map((start, axis) => tenths(start + share * (to[axis] - start))),
  );
}

// Return the nearest place on the paper.
function nearest(place) {
  return place.map((value) => Math.min(Math.max(value, 0), SIDE));
}

function distance(one, other) {
  return Math.hypot(other[0] - one[0], other[1] - one[1]);
}

function tenths(value) {
  return Math.round(value * 10) / 10;
}

// Return what storage answers; null where the browser blocks it, which raises an error.
function ifAllowed(ask) {
  try {
    return ask();
  } catch {
    return null;
  }
}
