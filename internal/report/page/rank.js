"use strict";
(() => {
  const table = document.getElementById("rank");
  if (!table) return;
  document.documentElement.classList.add("js");
  const rows = [...table.tBodies];
  const search = document.getElementById("search");
  const lost = document.getElementById("lost");
  const shown = document.getElementById("shown");
  const text = new Map(rows.map((r) => [r, r.textContent.toLowerCase()]));

  function open(body, on) {
    const b = body.querySelector(".open");
    on ??= b.getAttribute("aria-expanded") !== "true";
    b.setAttribute("aria-expanded", on);
    body.querySelector(".details").classList.toggle("shown", on);
  }

  function filter() {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    let n = 0;
    for (const r of rows) {
      r.hidden = !(words.every((w) => text.get(r).includes(w)) && (lost.checked || !r.classList.contains("lost")));
      if (!r.hidden) n++;
    }
    shown.textContent = n === rows.length ? "" : n + " of " + rows.length + " shown";
  }

  function sort(th, key) {
    const down = th.getAttribute("aria-sort") === "descending" ? false : th.getAttribute("aria-sort") === "ascending" ? true : key !== "name" && key !== "number";
    for (const h of table.tHead.rows[0].cells) h.setAttribute("aria-sort", "none");
    th.setAttribute("aria-sort", down ? "descending" : "ascending");
    const value = (r) => key === "name" ? r.dataset.name : Number(r.dataset[key]);
    const order = [...table.tBodies].sort((a, b) => {
      const x = value(a), y = value(b);
      const c = typeof x === "string" ? x.localeCompare(y) : x - y;
      return (down ? -c : c) || a.dataset.number - b.dataset.number;
    });
    table.append(...order);
  }

  table.addEventListener("click", (e) => {
    const b = e.target.closest("thead button");
    if (b) return sort(b.closest("th"), b.dataset.key);
    const row = e.target.closest("tr.row");
    if (row && !String(getSelection())) open(row.parentElement);
  });
  search.addEventListener("input", filter);
  lost.addEventListener("change", filter);

  function jump() {
    const body = /^#r\d+$/.test(location.hash) && document.querySelector(location.hash);
    if (!body) return;
    body.hidden = false;
    open(body, true);
    body.querySelector(".open").focus({ preventScroll: true });
    body.scrollIntoView({ block: "start" });
  }
  addEventListener("hashchange", jump);
  jump();

  document.addEventListener("keydown", (e) => {
    if (e.ctrlKey || e.metaKey || e.altKey) return;
    if (e.target.matches("input[type=search]")) {
      if (e.key === "Escape") { search.value = ""; filter(); search.blur(); }
      return;
    }
    if (e.key === "/") { e.preventDefault(); search.focus(); return; }
    const step = { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1 }[e.key];
    if (!step) return;
    const list = [...table.tBodies].filter((r) => !r.hidden);
    const at = list.findIndex((r) => r.contains(document.activeElement));
    const next = list[at < 0 ? 0 : Math.min(Math.max(at + step, 0), list.length - 1)];
    if (next) { e.preventDefault(); next.querySelector(".open").focus(); next.scrollIntoView({ block: "nearest" }); }
  });
})();
