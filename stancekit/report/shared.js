// What the report and the pages of the service have in common. A report has it inside, before its own script.
const shared = (() => {
  "use strict";
  const one = (query, within = document) => within.querySelector(query);
  const all = (query, within = document) => [...within.querySelectorAll(query)];
  const element = (name, attributes = {}, ...content) => {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    made.append(...content);
    return made;
  };
  const number = (n) => n.toLocaleString("en");
  const tally = (n, noun) => `${number(n)} ${noun}${n === 1 ? "" : "s"}`;

  // Spreadsheets run what begins like this as a formula; an apostrophe before it makes it text. Numbers are none.
  const guard = (text) => (/^[=+\-@\t\r\n＝＋－＠]/.test(text) && !/^[+-]?[\d.,]+(e[+-]?\d+)?$/i.test(text) ? `'${text}` : text);
  const quoted = (text) => (/["\r\n,;\t]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  const csv = (rows, mark = ",") =>
    rows.map((row) => row.map((value) => quoted(guard(String(value ?? "")))).join(mark) + "\r\n").join("");

  const save = (content, type, name) => {
    const link = element("a", { href: URL.createObjectURL(new Blob(content, { type })), download: name });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
  };

  const offer = (shown, total) => `Download what is shown as CSV (${number(shown)} of ${number(total)})`;

  // Escape hides the box about a statement until another one is pointed at.
  const hideByEscape = () => {
    addEventListener("keydown", (event) => {
      if (event.key === "Escape") document.body.classList.add("quiet");
    });
    for (const kind of ["mouseover", "focusin"]) {
      addEventListener(kind, (event) => {
        if (event.target.closest?.(".st")) document.body.classList.remove("quiet");
      });
    }
  };

  return { one, all, element, number, tally, csv, save, offer, hideByEscape };
})();
