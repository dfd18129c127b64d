(() => {
  "use strict";
  const one = (query, within = document) => within.querySelector(query);
  const all = (query, within = document) => [...within.querySelectorAll(query)];
  const table = one("#table");
  const body = one("tbody", table);
  const rows = all("tr", body);
  const articles = all("main article");
  const links = all("nav a");
  const people = all("#speakers tbody th");
  const select = one("#speaker");
  const chosen = { stance: new Set(), kind: new Set(), who: "", article: articles.length > 1 ? "0" : "" };
  const buttons = [];

  for (const element of all(".script")) element.hidden = false;

  const toggles = (list, set) => {
    for (const item of all("li", list)) {
      const button = document.createElement("button");
      button.type = "button";
      button.setAttribute("aria-pressed", "false");
      button.append(...item.firstElementChild.childNodes);
      button.addEventListener("click", () => {
        const value = item.dataset.value;
        if (!set.delete(value)) set.add(value);
        show();
      });
      item.replaceChildren(button);
      buttons.push({ button, set, value: item.dataset.value });
    }
  };
  toggles(one("#stances"), chosen.stance);
  toggles(one("#kinds"), chosen.kind);

  for (const name of people) {
    const option = document.createElement("option");
    option.value = name.dataset.who;
    option.textContent = name.dataset.name;
    select.append(option);
  }

  const fits = (row) =>
    (!chosen.article || row.dataset.article === chosen.article) &&
    (!chosen.who || row.dataset.who === chosen.who) &&
    (!chosen.kind.size || chosen.kind.has(row.dataset.kind)) &&
    (!chosen.stance.size || row.dataset.stance.split(" ").some((stance) => chosen.stance.has(stance)));

  const show = () => {
    let shown = 0;
    for (const row of rows) {
      const fit = fits(row);
      shown += fit;
      row.classList.toggle("off", !fit);
      document.getElementById("s" + row.dataset.n).classList.toggle("off", !fit);
    }
    for (const article of articles) {
      article.classList.toggle("off", chosen.article !== "" && article.id !== "a" + chosen.article);
    }
    for (const link of links) {
      if (link.dataset.article === chosen.article) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    }
    for (const { button, set, value } of buttons) button.setAttribute("aria-pressed", String(set.has(value)));
    select.value = chosen.who;
    one("#status").textContent = `${shown} of ${rows.length} statements shown`;
  };

  const clear = () => {
    chosen.stance.clear();
    chosen.kind.clear();
    chosen.who = "";
  };

  select.addEventListener("change", () => {
    chosen.who = select.value;
    show();
  });
  one("#clear").addEventListener("click", () => {
    clear();
    chosen.article = "";
    show();
  });
  for (const link of links) {
    link.addEventListener("click", () => {
      chosen.article = link.dataset.article;
      show();
    });
  }
  for (const link of all("#speakers a")) {
    link.addEventListener("click", () => {
      clear();
      chosen.article = "";
      chosen.who = link.dataset.who;
      if (link.dataset.stance) chosen.stance.add(link.dataset.stance);
      show();
    });
  }

  const reveal = (hash) => {
    const statement = /^#s\d+$/.test(hash) && document.getElementById(hash.slice(1));
    if (!statement || !chosen.article) return;
    chosen.article = statement.closest("article").id.slice(1);
    show();
  };
  for (const link of all("tbody a", table)) link.addEventListener("click", () => reveal(link.hash));

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

  // Spreadsheets run what begins like this as a formula; an apostrophe before it makes it text.
  const guard = (text) => (/^[=+\-@\t\r\n＝＋－＠]/.test(text) ? "'" + text : text);
  const quote = (text) => (/["\r\n,]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  const csv = (lines) => lines.map((line) => line.map(guard).map(quote).join(",") + "\r\n").join("");
  one("#download").addEventListener("click", () => {
    const lines = [JSON.parse(table.dataset.columns)];
    for (const row of all("tr:not(.off)", body)) {
      const fields = JSON.parse(row.dataset.fields);
      fields.splice(1, 0, one(".said", row).textContent);
      lines.push(fields);
    }
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob(["\ufeff", csv(lines)], { type: "text/csv" }));
    link.download = "statements.csv";
    link.click();
    URL.revokeObjectURL(link.href);
  });

  addEventListener("keydown", (event) => {
    if (event.key === "Escape") document.body.classList.add("quiet");
  });
  for (const kind of ["mouseover", "focusin"]) {
    addEventListener(kind, (event) => {
      if (event.target.closest?.(".st")) document.body.classList.remove("quiet");
    });
  }

  show();
  reveal(location.hash);
})();
