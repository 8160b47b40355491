// Links into the page. `#T18` unfolds and shows a tunnel or finding; `#search=dtls&group=gateway` is what a reader sees.
const bar = document.getElementById("search");

if (bar) {
  const grouping = document.getElementById("grouping-by");
  const groups = new Groups(document.getElementById("tunnels"));
  const search = new Search(bar, groups);
  for (const tools of document.querySelectorAll(".tools")) tools.hidden = false;

  const group = by => {
    grouping.value = by;
    groups.show(by);
    if (search.text) search.run();
  };

  const remember = () => {
    const state = new URLSearchParams();
    if (search.text) state.set("search", search.text);
    if (grouping.value !== "problem") state.set("group", grouping.value);
    history.replaceState(null, "", state.size ? `#${state}` : location.pathname);
  };

  const follow = () => {
    const link = location.hash.slice(1);
    if (link.includes("=")) {
      const state = new URLSearchParams(link);
      group(state.get("group") === "gateway" ? "gateway" : "problem");
      search.look(state.get("search") ?? "");
      return;
    }
    const target = link && document.getElementById(link);
    if (!target) return;
    if (target.closest("[hidden]")) search.look("");
    for (let details = target.closest("details"); details; details = details.parentElement.closest("details")) {
      details.open = true;
    }
    target.scrollIntoView({ behavior: "instant" });
  };

  grouping.addEventListener("change", () => { group(grouping.value); remember(); });
  bar.addEventListener("input", remember);
  // What a reader unfolds can be linked to: its address is in the address bar.
  document.getElementById("tunnels").addEventListener("click", event => {
    const row = event.target.closest("summary")?.closest(".row");
    if (row) history.replaceState(null, "", `#${row.id}`);
  });
  addEventListener("hashchange", follow);
  follow();
}
