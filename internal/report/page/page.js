"use strict";
(() => {
  const list = document.getElementById("list");
  if (!list) return;
  const findings = [...list.querySelectorAll(".finding")];
  const search = document.getElementById("search");
  const group = document.getElementById("group");
  const shown = document.getElementById("shown");
  const chosen = { rule: new Set(), package: new Set(), table: new Set(), severity: new Set() };

  // The values of a finding: a query may be about several tables, or none.
  const values = (f, facet) => facet === "table" ? f.dataset.table.split("\n") : [f.dataset[facet]];
  const text = new Map(findings.map((f) => [f, f.textContent.toLowerCase()]));

  function filter() {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    let n = 0;
    for (const f of findings) {
      const ok = Object.keys(chosen).every((k) => chosen[k].size === 0 || values(f, k).some((v) => chosen[k].has(v)))
        && words.every((w) => text.get(f).includes(w));
      f.hidden = !ok;
      if (ok) n++;
    }
    for (const s of list.querySelectorAll(".group")) {
      const left = s.querySelectorAll(".finding:not([hidden])").length;
      s.hidden = left === 0;
      s.querySelector("h2 b").textContent = left;
    }
    shown.textContent = n === findings.length ? "" : n + " of " + findings.length + " shown";
  }

  function regroup() {
    const groups = new Map();
    for (const f of findings) {
      const name = values(f, group.value)[0] || "none";
      if (!groups.has(name)) groups.set(name, []);
      groups.get(name).push(f);
    }
    list.replaceChildren(...[...groups].sort((a, b) => b[1].length - a[1].length || a[0].localeCompare(b[0])).map(([name, members]) => {
      const section = document.createElement("section");
      section.className = "group";
      const h = document.createElement("h2");
      h.append(name + " ", document.createElement("b"));
      section.append(h, ...members);
      return section;
    }));
    filter();
  }

  for (const facet of document.querySelectorAll(".facet")) {
    facet.addEventListener("click", (e) => {
      const b = e.target.closest("button");
      if (!b) return;
      const set = chosen[facet.dataset.facet];
      const on = !set.has(b.dataset.value);
      on ? set.add(b.dataset.value) : set.delete(b.dataset.value);
      b.setAttribute("aria-pressed", on);
      filter();
    });
  }
  search.addEventListener("input", filter);
  group.addEventListener("change", regroup);
  document.addEventListener("click", (e) => {
    const a = e.target.closest("a.rule");
    if (a) document.querySelector(a.getAttribute("href"))?.setAttribute("open", "");
  });
})();
