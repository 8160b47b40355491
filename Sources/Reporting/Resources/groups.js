// The tunnels in other groups than those that the page comes with, which are by problem.
class Groups {
  constructor(section) {
    this.place = section.querySelector(".groups");
    this.byProblem = [...this.place.children];
    this.rows = [...this.place.querySelectorAll(".row")];
    this.homes = new Map(this.rows.map(row => [row, row.parentElement]));
    this.empty = document.getElementById("group").content;
  }

  /// What the page now shows, each a `details` with rows in it.
  get shown() { return [...this.place.children]; }

  show(by) {
    if (by === "gateway") {
      this.place.replaceChildren(...this.byGateway());
      return;
    }
    for (const row of this.rows) this.homes.get(row).append(row);
    this.place.replaceChildren(...this.byProblem);
  }

  isTroubled(row) { return this.homes.get(row).closest(".group").classList.contains("troubled"); }

  /// The gateway with the most troubled tunnels first; each with those first, as by problem.
  byGateway() {
    const groups = new Map();
    for (const row of this.rows) {
      const name = row.dataset.gateway;
      if (!groups.has(name)) groups.set(name, { name, rows: [], troubled: 0 });
      const group = groups.get(name);
      group.rows.push(row);
      group.troubled += this.isTroubled(row);
    }
    return [...groups.values()].sort((a, b) => b.troubled - a.troubled || b.rows.length - a.rows.length).map(group => {
      const details = this.empty.cloneNode(true).firstElementChild;
      const of = group.rows.length.toLocaleString("en");
      details.querySelector("bdi").textContent = group.name;
      details.querySelector(".size").textContent =
        `${group.troubled.toLocaleString("en")} of ${of} tunnels with a problem`;
      details.querySelector(".rows").append(...group.rows);
      details.open = group.troubled > 0;
      return details;
    });
  }
}
