(() => {
  "use strict";
  const { one, all, element, number } = shared;
  const LOOKS_EVERY = 1500; // milliseconds, while something is done beside

  let book = null;
  let state = null;
  let asking = false; // one answer at a time: a second press of a key is no second answer
  let next = 0; // when to look again

  // ---- asking

  class Trouble extends Error {}

  const ask = async (path, content) => {
    const headers = { authorization: `Bearer ${location.hash.slice(1)}` };
    const options = { headers, cache: "no-store", credentials: "omit" };
    if (content) Object.assign(options, { method: "POST", body: JSON.stringify(content) });
    if (content) headers["content-type"] = "application/json";
    let response;
    try {
      response = await fetch(path, options);
    } catch {
      throw new Trouble(
        "The labelling has ended, or cannot be reached. What was kept is kept; start the same command again, and open the " +
          "address that it prints.",
      );
    }
    const found = await response.json();
    if (response.ok) return found;
    throw new Trouble(`${found.title}: ${found.detail}.`, { cause: response.status });
  };
  const complain = (message) => {
    one("#trouble").replaceChildren(...(message ? [element("p", { dir: "auto" }, message)] : []));
  };
  const say = (message) => {
    one("#said").textContent = message;
  };
  // The session's own words are those of the terminal too, which begin in the middle of a line.
  const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);

  // ---- showing

  const show = (found, { again = false } = {}) => {
    if (state && found.seen < state.seen) return; // an answer that came late
    const before = state;
    state = found;
    const item = state.item;
    if (again || !before || before.item?.id !== item?.id || before.item?.is_review !== item?.is_review) showItem(item);
    showProgress();
    showAgreement();
    showWork(before);
    showCurve(before);
    for (const button of all("[data-act=undo]")) button.setAttribute("aria-disabled", String(!state.can_undo));
  };

  const showItem = (item) => {
    if (!item && one("#answer").contains(document.activeElement)) rest(); // what has the focus is about to hide
    one("#answer").classList.toggle("done", !item);
    one("#labels").hidden = !item;
    for (const button of all("#acts button")) button.hidden = !item && button.dataset.act !== "undo";
    if (book.exclusive) one("#none").hidden = true;
    tick(item?.is_review ? (item.before ?? []) : []);
    if (!item) {
      one("#statement").replaceChildren(element("p", { class: "text" }, book.words.none_left));
      return;
    }
    const parts = [];
    if (item.again) parts.push(element("p", { class: "again" }, item.again));
    const about = [item.id, ...Object.entries(item.context).map(([name, value]) => [element("b", {}, `${name}: `), value])];
    const joined = about.flatMap((part, at) => (at ? [" · ", ...[part].flat()] : [part]));
    parts.push(element("p", { class: "about", dir: "auto" }, ...joined));
    parts.push(element("p", { class: "text", dir: "auto" }, item.text));
    one("#statement").replaceChildren(...parts);
    if (one("#statement").getBoundingClientRect().top < 0) one("#shown").scrollIntoView();
  };

  const inputs = () => all("#options input");
  const ticked = () => inputs().filter((input) => input.checked).map((input) => input.value);
  const tick = (labels) => {
    for (const input of inputs()) input.checked = labels.includes(input.value);
  };

  const showProgress = () => {
    const { n_statements: total, n_decided: done, far, counts } = state.progress;
    one("#bar").value = done / total;
    one("#far").textContent = far;
    one("#counts").replaceChildren(...counts.map((count) => element("li", {}, count)));
  };

  const showAgreement = () => {
    const { agreement } = state;
    one("#agreement").hidden = !agreement;
    if (!agreement) return;
    const grown = agreement.before.length ? ` (before: ${agreement.before.join("; ")})` : "";
    one("#agreement").textContent = `${capital(agreement.line)}${grown}`;
  };

  const showWork = (before) => {
    one("#work").textContent = capital(state.beside);
    one("#queue").hidden = !state.doubts;
    one("#queue span").textContent = state.doubts ?? "";
    one("#told").hidden = !state.notices.length;
    const known = before?.notices.at(-1)?.number ?? 0;
    for (const notice of state.notices) {
      if (notice.number > known) one("#notices").prepend(element("li", { dir: "auto" }, notice.text));
    }
    clearTimeout(next);
    if (state.beside) next = setTimeout(look, LOOKS_EVERY);
  };

  const showCurve = (before) => {
    const { curve } = state;
    if (!curve || JSON.stringify(curve) === JSON.stringify(before?.curve)) return;
    one("#curve").hidden = false;
    one("#curve-notes").replaceChildren(...curve.notes.map((note) => element("p", { class: "hint" }, note)));
    for (const part of all("#curve-about, #curve table")) part.hidden = !curve.points.length;
    if (!curve.points.length) return;
    one("#curve-about").textContent = curve.drawn;
    const labels = Object.keys(curve.points[0].per_label);
    const head = ["labels", "macro-F1", ...labels].map((name) => element("th", { scope: "col", class: "num" }, name));
    one("#curve-head").replaceChildren(...head);
    const figure = (n) => (n === null ? "–" : n.toFixed(2));
    const cell = ({ value, low, high }) => element("td", { class: "num" }, `${figure(value)} [${figure(low)}, ${figure(high)}]`);
    one("#curve-body").replaceChildren(
      ...curve.points.map(({ n, f1, per_label }) =>
        element("tr", {}, element("th", { scope: "row", class: "num" }, number(n)), cell(f1), ...labels.map((name) => cell(per_label[name]))),
      ),
    );
  };

  const showBook = () => {
    document.title = `Labelling, ${book.coder} – stancekit`;
    one("#whose").textContent = `, ${book.coder}`;
    one("#file").textContent = book.file;
    one("#book-about").textContent = [book.name, book.description].filter(Boolean).join(": ");
    one("#none").hidden = book.exclusive;
    one("#rules").replaceChildren(...book.rules.map((rule) => element("li", {}, rule)));
    one("#options").replaceChildren(...book.stances.map(option));
    one("#definitions").replaceChildren(
      ...book.stances.flatMap(({ key, label, code, meaning }) => [
        element("dt", {}, `${key} ${label}${code ? ` (${code})` : ""}`),
        element("dd", {}, ...meaning.map((line) => element("p", {}, line))),
      ]),
    );
    for (const place of all("[data-name]")) {
      const { key, name } = book.commands[place.dataset.name];
      place.replaceChildren(capital(name), " ", element("kbd", {}, key));
    }
    for (const place of all("[data-does]")) {
      const { name, does } = book.commands[place.dataset.does];
      place.textContent = `${capital(name)} ${does}.`;
    }
  };
  const option = ({ key, label, definition }, at) => {
    const kind = book.exclusive ? "radio" : "checkbox";
    const input = element("input", { type: kind, name: "label", value: label, ...(definition && { "aria-describedby": `m${at}` }) });
    const meaning = definition ? [element("span", { class: "meaning", id: `m${at}` }, definition)] : [];
    return element("li", {}, element("label", {}, input, element("kbd", { "aria-hidden": "true" }, key), element("b", {}, label), ...meaning));
  };

  // ---- answering

  // A button that answers gives the focus back, so that Enter after the next tick accepts instead of pressing it again. Who
  // wants it reaches it by Tab.
  const rest = () => one(state?.item ? "#labels" : "#shown").focus({ preventScroll: true });
  const settle = () => {
    const at = document.activeElement;
    const isAtHome = state?.item && one("#labels").contains(at);
    if (one("#answer").contains(at) && !isAtHome) rest();
  };

  // To an address that does not open the session nothing shows but that it does not.
  const reveal = (is) => {
    if (is && one("#answer").hidden) complain("");
    if (!is) book = state = null;
    if (!is) one("#options").replaceChildren();
    for (const part of all("[data-opened]")) part.hidden = !is;
  };
  const look = async () => {
    clearTimeout(next);
    try {
      book ??= await ask("codebook");
      if (!one("#options").childElementCount) showBook();
      show(await ask("state"));
      reveal(true);
    } catch (error) {
      if (error.cause === 403) reveal(false);
      complain(error instanceof Trouble ? error.message : `This page failed: ${error.message}`);
    }
  };

  const send = async (path, content) => {
    if (asking || !state) return;
    asking = true;
    one("#answer").setAttribute("aria-busy", "true");
    try {
      const found = await ask(path, content);
      complain("");
      say(found.said ?? "");
      show(found, { again: path === "undo" });
    } catch (error) {
      say("");
      complain(error instanceof Trouble ? error.message : `This page failed: ${error.message}`);
      if (error.cause) await ask("state").then((found) => show(found), () => {});
    } finally {
      asking = false;
      one("#answer").removeAttribute("aria-busy");
      settle();
    }
  };
  const decide = (labels) => state?.item && send("decide", { id: state.item.id, labels, seen: state.seen });
  const acts = {
    accept: () => {
      const labels = ticked();
      if (labels.length) decide(labels);
      else if (state?.item) say(capital(book.words.tick_first));
    },
    none: () => !book?.exclusive && decide([]),
    cannot: () => decide(null),
    skip: () => state?.item && send("skip", { id: state.item.id, seen: state.seen }),
    undo: () => (state?.can_undo ? send("undo", { seen: state.seen }) : say(capital(book.words.nothing_to_take_back))),
    retrain: () => send("retrain", {}),
    review: () => send("review", {}),
    leave: () => state?.doubts && send("leave", {}),
    curve: () => send("curve", {}),
    book: () => {
      one("#book").open = !one("#book").open;
      one(one("#book").open ? "#pages" : "#book summary").focus();
    },
  };
  const KEYS = { 0: "none", c: "cannot", s: "skip", u: "undo", r: "retrain", v: "review", l: "curve", "?": "book", Escape: "leave", Enter: "accept" };

  one("#answer").addEventListener("submit", (event) => {
    event.preventDefault();
    acts.accept();
    settle();
  });
  one(".skip").addEventListener("click", (event) => {
    event.preventDefault(); // the end of the address is the token, and stays
    one("#labels").focus();
  });
  for (const button of all("[data-act]")) {
    button.addEventListener("click", () => {
      acts[button.dataset.act]();
      if (button.dataset.act === "leave") rest(); // it hides itself
      else settle();
    });
  }
  // What is clicked beside the statement takes no focus from it either: Enter still means what is ticked.
  for (const control of all(".beside button, .beside summary")) {
    control.addEventListener("mousedown", (event) => event.preventDefault());
  }

  const PRESSED = "button, a, summary, input, select, textarea";
  const toggle = (key) => {
    const at = book?.stances.findIndex((stance) => stance.key === key) ?? -1;
    if (at < 0 || !state?.item) return false;
    const input = inputs()[at];
    input.checked = !input.checked;
    say(`${input.value}: ${input.checked ? "ticked" : "not ticked"}`);
    if (document.activeElement.matches(PRESSED) && !one("#labels").contains(document.activeElement)) rest();
    return true;
  };
  addEventListener("keydown", (event) => {
    if (!one("#keys").checked || event.ctrlKey || event.altKey || event.metaKey || event.repeat || event.isComposing) return;
    if (event.key === "Enter" && event.target.closest?.(PRESSED)) return; // it presses what has the focus; in the form it accepts
    if (toggle(event.key)) event.preventDefault();
    else if (Object.hasOwn(KEYS, event.key)) {
      event.preventDefault();
      acts[KEYS[event.key]]();
    }
  });

  // What was shown may be old: the page comes back from another one, or another tab has answered meanwhile.
  addEventListener("pageshow", look);
  addEventListener("hashchange", look);
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && look());
})();
