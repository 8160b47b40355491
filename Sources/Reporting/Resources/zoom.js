"use strict";

// Zoom into pictures of time. Places on a picture are percentages, so a zoomed picture is wider than its frame (`--zoom`
// times) and moved to the left (by `--from` of its width); text keeps its size. Without this script all of it is shown.
class Zoom {
  static most = 64;
  /// How much one key press or turn of the wheel zooms.
  static step = 2;
  /// A shorter drag is a click, in pixels.
  static leastDrag = 6;

  /// Where the part that is shown begins, as a share of the whole width.
  from = 0;
  times = 1;

  /// `root` holds frames (`.time`) that show the same part of the time. The first takes the keys.
  constructor(root) {
    this.root = root;
    this.margin = Number(root.dataset.margin) / 100;
    this.seconds = Number(root.dataset.seconds) / (1 - 2 * this.margin);
    const controls = document.getElementById("zoom-controls").content.cloneNode(true);
    this.shown = controls.querySelector("output");
    for (const button of controls.querySelectorAll("button")) {
      button.addEventListener("click", () => this.press(button.value));
    }
    const frame = root.querySelector(".time");
    frame.before(controls);
    frame.tabIndex = 0;
    frame.setAttribute("role", "group");
    frame.setAttribute("aria-label", "Time. Plus and minus zoom, arrow keys move, 0 shows all.");
    frame.addEventListener("keydown", event => {
      if (!event.ctrlKey && !event.metaKey && !event.altKey && this.press(event.key)) event.preventDefault();
    });
    root.addEventListener("pointerdown", event => this.begin(event));
    root.addEventListener("dblclick", event => event.target.closest(".time") && this.press("0"));
    root.addEventListener("wheel", event => this.turn(event), { passive: false });
  }

  /// Does what a key or button stands for; false for one that stands for nothing.
  press(key) {
    const middle = this.from + 0.5 / this.times;
    switch (key) {
    case "+": case "=": this.zoom(middle, this.times * Zoom.step); return true;
    case "-": this.zoom(middle, this.times / Zoom.step); return true;
    case "0": this.show(0, 1); return true;
    case "ArrowLeft": this.show(this.from - 0.25 / this.times, this.times); return true;
    case "ArrowRight": this.show(this.from + 0.25 / this.times, this.times); return true;
    default: return false;
    }
  }

  /// `place`, a share of the whole width, stays where it is.
  zoom(place, times) {
    const bounded = Math.min(Zoom.most, Math.max(1, times));
    this.show(place - (place - this.from) * this.times / bounded, bounded);
  }

  show(from, times) {
    this.times = times;
    this.from = Math.min(1 - 1 / times, Math.max(0, from));
    this.root.style.setProperty("--zoom", this.times);
    this.root.style.setProperty("--from", this.from);
    this.root.classList.toggle("zoomed", times > 1);
    this.shown.textContent =
      times > 1 ? `+${this.label(this.from)} to +${this.label(this.from + 1 / times)}` : "";
  }

  /// The time since the start at `place`.
  label(place) {
    const seconds = Math.min(1 - 2 * this.margin, Math.max(0, place - this.margin)) * this.seconds;
    const whole = Math.floor(seconds);
    if (whole < 60) return `${seconds.toFixed(2)} s`;
    if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
    return `${Math.floor(whole / 3600)} h ${Math.floor(whole % 3600 / 60)} min`;
  }

  /// Where the pointer is, as a share of the whole width.
  place(event, frame) {
    const box = frame.getBoundingClientRect();
    return this.from + Math.min(1, Math.max(0, (event.clientX - box.left) / box.width)) / this.times;
  }

  turn(event) {
    const frame = event.target.closest(".time");
    if (!frame || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    this.zoom(this.place(event, frame), event.deltaY < 0 ? this.times * Zoom.step : this.times / Zoom.step);
  }

  /// A mouse marks what to zoom into; a finger moves what is zoomed.
  begin(event) {
    const frame = event.target.closest(".time");
    if (!frame || event.button !== 0 || event.target.closest("a")) return;
    const [start, from] = [this.place(event, frame), this.from];
    const marks = event.pointerType === "mouse";
    const mark = document.createElement("div");
    mark.className = "selection";
    if (marks) frame.append(mark);
    const share = move => Math.abs(move.clientX - event.clientX) / frame.clientWidth;
    const move = move => {
      if (!marks) {
        this.show(from - (move.clientX - event.clientX) / frame.clientWidth / this.times, this.times);
        return;
      }
      mark.style.left = `${(Math.min(start, this.place(move, frame)) - this.from) * this.times * 100}%`;
      mark.style.width = `${share(move) * 100}%`;
    };
    const end = last => {
      for (const [name, action] of [["pointermove", move], ["pointerup", end], ["pointercancel", end]]) {
        removeEventListener(name, action);
      }
      mark.remove();
      if (!marks || last.type !== "pointerup" || Math.abs(last.clientX - event.clientX) < Zoom.leastDrag) return;
      const stop = this.place(last, frame);
      const times = Math.min(Zoom.most, 1 / Math.abs(stop - start));
      this.show((start + stop) / 2 - 0.5 / times, times);
    };
    for (const [name, action] of [["pointermove", move], ["pointerup", end], ["pointercancel", end]]) {
      addEventListener(name, action);
    }
  }
}

for (const root of document.querySelectorAll("[data-seconds]")) new Zoom(root);
