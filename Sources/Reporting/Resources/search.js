// Search: what does not hold every word is hidden. It looks through the text of the page and nothing else.
class Search {
  /// What is searched, by the word for one in the count of hits.
  static kinds = { tunnel: ".row", finding: "article.finding", event: "#timeline tbody tr", picture: "article.card" };

  constructor(bar, groups) {
    this.groups = groups;
    this.input = bar.querySelector("input");
    this.hits = bar.querySelector("output");
    this.opened = new Set();
    this.input.addEventListener("input", () => this.run());
    this.input.addEventListener("keydown", event => event.key === "Escape" && this.look(""));
    addEventListener("keydown", event => {
      if (event.key !== "/" || event.target.closest("input")) return;
      event.preventDefault();
      this.input.focus();
    });
  }

  get text() { return this.input.value.trim(); }

  look(text) {
    this.input.value = text;
    this.run();
  }

  /// Everything that can be hidden, with its text; read when it is first needed.
  get items() {
    this.known ??= Object.entries(Search.kinds).map(([kind, selector]) => [
      kind,
      [...document.querySelectorAll(selector)].map(element => ({ element, text: element.textContent.toLowerCase() })),
    ]);
    return this.known;
  }

  run() {
    const tests = this.text.toLowerCase().split(/\s+/).filter(Boolean).map(Search.test);
    const counts = this.items.map(([kind, items]) => {
      let found = 0;
      for (const { element, text } of items) {
        const hit = tests.every(test => test(text));
        element.hidden = !hit;
        found += hit;
      }
      return `${found.toLocaleString("en")} ${kind}${found === 1 ? "" : "s"}`;
    });
    this.hits.textContent = tests.length ? counts.join(", ") : "";
    this.fold(tests.length > 0);
  }

  /// A number of the report ("T1") is found as a whole, and not in "T12".
  static test(word) {
    const whole = /^[tfp]\d+$/.test(word) && new RegExp(`\\b${word}\\b`);
    return text => whole ? whole.test(text) : text.includes(word);
  }

  /// Unfolds what has hits, and folds it again when nothing is looked for any more.
  fold(isSearching) {
    for (const part of [...this.groups.shown, ...document.querySelectorAll(".problem")]) {
      part.hidden = isSearching && !part.querySelector(".row:not([hidden]), .finding:not([hidden])");
    }
    for (const details of isSearching ? document.querySelectorAll(".group:not([open]), #timeline details:not([open])") : []) {
      details.open = true;
      this.opened.add(details);
    }
    if (isSearching) return;
    for (const details of this.opened) details.open = false;
    this.opened.clear();
  }
}
