(() => {
  "use strict";
  const { one, all, number, tally: counted, csv, save, offer, hideByEscape } = shared;
  const table = one("#table");
  const body = one("tbody", table);
  const rows = all("tr", body);
  const articles = all("main article");
  const paragraphs = all("main article > p");
  const links = all("nav a");
  const select = one("#speaker");
  const status = one("#status");
  const several = articles.length > 1;
  const sets = { stance: new Set(), kind: new Set() };
  const chosen = { ...sets, who: "", article: "" };
  const names = { stance: new Map(), kind: new Map(), speaker: new Map(), article: new Map() };
  const buttons = [];
  let strange = [];

  for (const element of all(".script")) element.hidden = false;

  // A view is told by names, not by numbers, so that a link to it outlives a new page of the same articles.
  const know = (what, name, value) => {
    if (!names[what].has(name)) names[what].set(name, value);
  };
  const nameOf = (what, value) => [...names[what]].find(([, known]) => known === value)?.[0];

  const toggles = (list, what) => {
    for (const item of all("li", list)) {
      const { value, name } = item.dataset;
      const button = document.createElement("button");
      button.type = "button";
      button.setAttribute("aria-pressed", "false");
      button.append(...item.firstElementChild.childNodes);
      button.addEventListener("click", () => {
        if (!sets[what].delete(value)) sets[what].add(value);
        change();
      });
      item.replaceChildren(button);
      buttons.push({ button, set: sets[what], value });
      know(what, name, value);
      if (name.startsWith("|")) know(what, name.slice(1), value); // so links of older pages name it; a label goes before
    }
  };
  toggles(one("#stances"), "stance");
  toggles(one("#kinds"), "kind");

  for (const { dataset } of all("#speakers tbody th")) {
    const option = document.createElement("option");
    option.value = dataset.who;
    option.textContent = dataset.name;
    select.append(option);
    know("speaker", dataset.name, dataset.who);
  }
  for (const link of links) {
    const text = one("small", link.parentElement);
    if (text) {
      know("article", link.textContent, link.dataset.article);
      text.dataset.all = text.textContent;
    }
  }

  const fits = (row) =>
    (!chosen.who || row.dataset.who === chosen.who) &&
    (!chosen.kind.size || chosen.kind.has(row.dataset.kind)) &&
    (!chosen.stance.size || row.dataset.stance.split(" ").some((stance) => chosen.stance.has(stance)));

  const filtered = () => Boolean(chosen.who || chosen.kind.size || chosen.stance.size);

  const count = () => {
    const tallies = new Map(articles.map((article) => [article.id.slice(1), { fit: 0, total: 0 }]));
    for (const row of rows) {
      const fit = fits(row);
      const tally = tallies.get(row.dataset.article);
      tally.fit += fit;
      tally.total += 1;
      row.classList.toggle("off", !fit || (chosen.article !== "" && row.dataset.article !== chosen.article));
      document.getElementById("s" + row.dataset.n).classList.toggle("off", !fit);
    }
    return tallies;
  };

  const of = (fit, total, noun) => `${number(fit)} of ${counted(total, noun)}`;

  const report = (tallies) => {
    const found = [...tallies.values()].filter(({ fit }) => fit).length;
    const fit = [...tallies.values()].reduce((sum, tally) => sum + tally.fit, 0);
    const everywhere = of(fit, rows.length, "statement") + (several ? ` in ${of(found, tallies.size, "article")}` : "");
    const here = tallies.get(chosen.article);
    const parts = [here ? `${of(here.fit, here.total, "statement")} of this article; in all ${everywhere}` : everywhere];
    if (chosen.who) parts.push(`speaker: ${nameOf("speaker", chosen.who)}`);
    if (strange.length) parts.push(`the link names what is not here: ${strange.join(", ")}`);
    return `Shown: ${parts.join("; ")}`;
  };

  const showArticles = (tallies) => {
    const gathering = several && !chosen.article && filtered();
    for (const article of articles) {
      const own = article.id.slice(1);
      article.classList.toggle("off", chosen.article ? own !== chosen.article : gathering && !tallies.get(own).fit);
    }
    for (const paragraph of paragraphs) {
      paragraph.classList.toggle("off", gathering && !one(".st:not(.off)", paragraph));
    }
    one("#empty").hidden = !filtered() || Boolean(one("main article:not(.off) .st:not(.off)"));
  };

  const showList = (tallies) => {
    for (const link of links) {
      if (link.dataset.article === chosen.article) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
      const tally = tallies.get(link.dataset.article);
      if (!tally) continue;
      const text = one("small", link.parentElement);
      text.textContent = filtered() ? of(tally.fit, tally.total, "statement") : text.dataset.all;
      link.parentElement.classList.toggle("without", filtered() && !tally.fit);
    }
  };

  const show = () => {
    const tallies = count();
    showArticles(tallies);
    showList(tallies);
    for (const { button, set, value } of buttons) button.setAttribute("aria-pressed", String(set.has(value)));
    select.value = chosen.who;
    status.textContent = report(tallies);
    status.classList.toggle("filtered", filtered());
    const left = rows.filter((row) => !row.classList.contains("off"));
    one("#download").textContent = offer(left.length, rows.length);
  };

  const clear = () => {
    chosen.stance.clear();
    chosen.kind.clear();
    chosen.who = "";
    chosen.article = "";
    strange = [];
  };

  const write = ({ stance, kind, who, article }) => {
    const view = new URLSearchParams();
    for (const value of stance) view.append("stance", nameOf("stance", value));
    for (const value of kind) view.append("kind", nameOf("kind", value));
    if (who) view.append("speaker", nameOf("speaker", who));
    if (article) view.append("article", nameOf("article", article));
    return view.toString();
  };

  const read = (text) => {
    clear();
    for (const [what, name] of new URLSearchParams(text)) {
      const value = Object.hasOwn(names, what) ? names[what].get(name) : undefined;
      if (value === undefined) strange.push(`${what} ${name}`);
      else if (what in sets) sets[what].add(value);
      else chosen[what === "speaker" ? "who" : what] = value;
    }
  };

  const change = ({ step = false } = {}) => {
    strange = [];
    const view = write(chosen);
    try {
      history[step ? "pushState" : "replaceState"](null, "", location.href.split("#")[0] + (view && "#" + view));
    } catch {
      // A page inside another one may have no address to change; it filters all the same.
    }
    show();
  };

  const reach = (element) => {
    element.focus({ preventScroll: true });
    element.scrollIntoView();
  };

  select.addEventListener("change", () => {
    chosen.who = select.value;
    change();
  });
  one("#clear").addEventListener("click", () => {
    clear();
    change();
  });
  const follow = (list, take, target) => {
    for (const link of list) {
      link.addEventListener("click", (event) => {
        if (event.ctrlKey || event.metaKey || event.shiftKey) return;
        event.preventDefault();
        take(link.dataset);
        change({ step: true });
        reach(target(link.dataset));
      });
    }
  };
  const turnTo = ({ article }) => {
    chosen.article = article;
  };
  follow(links, turnTo, ({ article }) => one(article ? "#ha" + article : "#articles"));
  const choose = ({ who, stance }) => {
    clear();
    chosen.who = who;
    if (stance) chosen.stance.add(stance);
  };
  follow(all("#speakers a"), choose, () => one("#statements"));

  // An address tells a view by `=`, or else names one element: a statement or an article.
  const arrive = () => {
    const hash = location.hash.slice(1);
    if (hash.includes("=") || !hash) {
      read(hash);
      return show();
    }
    const target = /^[as]\d+$/.test(hash) && document.getElementById(hash);
    if (!target) return show();
    const own = target.closest("article").id.slice(1);
    if (target.closest(".off")) clear();
    if (several && (target.id === "a" + own || chosen.article)) chosen.article = own;
    show();
    target.scrollIntoView();
  };
  addEventListener("hashchange", arrive);

  const collator = new Intl.Collator("en", { numeric: true });
  const keyOf = (row, column) => {
    const cell = row.cells[column];
    return cell.dataset.v ?? cell.textContent.trim();
  };
  all("thead th", table).forEach((head, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const numbers = head.classList.contains("num");
      const first = numbers && column > 0 ? "descending" : "ascending";
      const other = first === "ascending" ? "descending" : "ascending";
      const order = head.getAttribute("aria-sort") === first ? other : first;
      for (const each of all("thead th", table)) each.removeAttribute("aria-sort");
      head.setAttribute("aria-sort", order);
      const sign = order === "ascending" ? 1 : -1;
      const keyed = rows.map((row) => [keyOf(row, column), row]);
      keyed.sort(([a], [b]) => sign * (numbers ? a - b : collator.compare(a, b)));
      body.append(...keyed.map(([, row]) => row));
    });
  });

  one("#download").addEventListener("click", () => {
    const lines = [JSON.parse(table.dataset.columns)];
    for (const row of all("tr:not(.off)", body)) {
      const fields = JSON.parse(row.dataset.fields);
      fields.splice(1, 0, one(".said", row).textContent);
      lines.push(fields);
    }
    save(["\ufeff", csv(lines)], "text/csv", "statements.csv");
  });

  hideByEscape();
  arrive();
})();
