// Numbers: kept within bounds, rounded, and put into words.

const NOTES = ["C", "C♯", "D", "D♯", "E", "F", "F♯", "G", "G♯", "A", "A♯", "B"];

function clamp(share) {
  return Math.min(Math.max(share, 0), 1);
}

function hundredths(seconds) {
  return Math.round(seconds * 100) / 100;
}

function clock(seconds) {
  const minutes = Math.floor(seconds / 60);
  return `${minutes}:${(seconds - 60 * minutes).toFixed(2).padStart(5, "0")}`;
}

function hertz(frequency) {
  return `${Math.round(frequency).toLocaleString("en-US")} Hz`;
}

// To a tenth, with the sign that is as wide as a digit.
function tenths(value) {
  return value.toFixed(1).replace("-", "−");
}

// The nearest note of equal temperament, A4 = 440 Hz.
function note(frequency) {
  if (frequency < 16) return "–";
  const key = Math.round(69 + 12 * Math.log2(frequency / 440));
  return `${NOTES[key % 12]}${Math.floor(key / 12) - 1}`;
}
