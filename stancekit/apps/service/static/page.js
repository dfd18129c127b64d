(() => {
  "use strict";
  const { one, element, number, tally, csv, save, offer, hideByEscape } = shared;
  const look = JSON.parse(document.body.dataset.look);
  const { labels, signs, characters } = look;
  const KINDS = { direct: "direct speech", indirect: "indirect speech", narration: "narration" };
  const ROWS_AT_A_TIME = 200;
  const LINES_AT_A_TIME = 2000;
  const BYTES_AT_A_TIME = 2_000_000;
  const EXAMPLE =
    "Foreign Minister Ann Smith called on Monday for an end of the embargo. “It is illegal, it starves the weak, and it must be " +
    "lifted at once,” she told reporters.\n\nPresident John Brown took another view. “We will build every turbine with our own " +
    "hands,” he said, and added that his country would gladly trade with all its neighbours.\n\nThe hall was full. Talks go on " +
    "on Thursday.";

  let table = null; // a table that was chosen: {name, head, rows}
  let result = null; // what is shown: {kind, items, …}
  let running = null; // what can be stopped
  let run = 0; // raised by whatever makes an answer on its way one that nobody waits for
  let reading = 0; // the same for files
  let shown = ROWS_AT_A_TIME;
  const chosen = { stance: new Set(), kind: new Set(), who: "" };

  one("#most").textContent = number(characters);
  for (const label of labels) {
    const sign = element("span", { class: `g k${labels.indexOf(label)}`, "aria-hidden": "true" }, signOf(label));
    one("#definitions").append(element("dt", {}, sign, ` ${label}`), element("dd", {}, look.definitions[label] || ""));
  }

  function signOf(label) {
    return signs[labels.indexOf(label) % signs.length];
  }

  // ---- what went wrong, in words

  class Trouble extends Error {}

  const say = (message) => {
    one("#status").textContent = message;
  };
  const complain = (message) => {
    one("#trouble").replaceChildren(...(message ? [element("p", { dir: "auto" }, message)] : []));
  };

  const wordsOf = async (response, firstRow = 0) => {
    let problem = {};
    try {
      problem = await response.json();
    } catch {
      throw new Trouble(`The service answered with an error (${response.status}).`);
    }
    throw troubleOf(problem, firstRow);
  };
  const troubleOf = (problem, firstRow) => {
    if (problem.status === 503) return new Trouble(`The service is busy: ${problem.detail}.`);
    if (problem.row === undefined || !table) return new Trouble(`${problem.title}: ${problem.detail}.`);
    // Programs count from 0 and within what they sent; people see the rows of their spreadsheet.
    const detail = problem.detail.replace(/ in row \d+(, field 'text')?/, "");
    return new Trouble(`Row ${number(table.numbers[problem.row + firstRow])} of the table: ${problem.title}: ${detail}.`);
  };
  const ask = async (path, options) => {
    for (let attempt = 0; ; attempt += 1) {
      let response;
      try {
        response = await fetch(path, { method: "POST", cache: "no-store", credentials: "omit", ...options });
      } catch (error) {
        if (error.name === "AbortError") throw error;
        throw new Trouble("The service cannot be reached. Is it still running?");
      }
      if (response.status !== 503 || attempt === 3) return response;
      const seconds = Number(response.headers.get("retry-after")) || 1;
      say(`The service is busy; trying again in ${tally(seconds, "second")}.`);
      await new Promise((resolve) => setTimeout(resolve, 1000 * seconds));
      options.signal?.throwIfAborted();
    }
  };
  const asJson = (content, signal) => ({
    headers: { "content-type": "application/json" },
    body: JSON.stringify(content),
    signal,
  });

  // ---- files

  const AS_TEXT = "Open it, and save it as plain text (.txt, UTF-8); or copy its text and paste it here.";
  const AS_CSV = "Open it, and save the sheet as CSV UTF-8 (.csv).";
  const whatElse = (bytes, name) => {
    const begins = String.fromCharCode(...bytes.slice(0, 8));
    const isSheet = /\.(xls[xmb]?|ods|numbers)$/i.test(name);
    if (begins.startsWith("%PDF")) return `“${name}” is a PDF, and this page reads text. ${AS_TEXT}`;
    if (begins.startsWith("{\\rtf")) return `“${name}” is RTF, and this page reads text. ${AS_TEXT}`;
    if (!begins.startsWith("PK\x03\x04") && !begins.startsWith("\xd0\xcf\x11\xe0")) return "";
    if (isSheet) return `“${name}” is a workbook, and this page reads CSV. ${AS_CSV}`;
    const what = /\.(docx?|odt|pages)$/i.test(name) ? "a Word document or the like" : "no text, but a document or an archive";
    return `“${name}” is ${what}, and this page reads text. ${AS_TEXT}`;
  };
  const markup = (text, name) => {
    const first = text.slice(0, 5000).replace(/<!--[^]*?-->/g, " ").trimStart();
    const root = first.replace(/^<\?xml[^>]*>\s*/i, "");
    if (/^<(!doctype\s+)?svg\b/i.test(root)) return `“${name}” is a drawing (SVG), and this page reads text. Choose another file.`;
    const fromBrowser = "Open it in a browser, copy its text and paste it here.";
    if (/^<(!doctype\s+html|html|head|body)\b/i.test(root)) return `“${name}” is a web page (HTML), and this page reads text. ${fromBrowser}`;
    if (/^<\?xml\b/i.test(first)) return `“${name}” is XML, and this page reads text. Copy its text without the marks, and paste it here.`;
    return "";
  };
  const decode = (bytes, name) => {
    const other = whatElse(bytes, name);
    if (other) throw new Trouble(other);
    const starts = (...marks) => marks.every((mark, at) => bytes[at] === mark);
    const encoding = starts(0xff, 0xfe) ? "utf-16le" : starts(0xfe, 0xff) ? "utf-16be" : "utf-8";
    try {
      const text = new TextDecoder(encoding, { fatal: true }).decode(bytes);
      if (text.includes("\0")) throw new TypeError();
      const marked = markup(text, name);
      if (marked) throw new Trouble(marked);
      return text;
    } catch (error) {
      if (error instanceof Trouble) throw error;
      throw new Trouble(`“${name}” is no text in UTF-8. If it is text, save it again as UTF-8 (in a spreadsheet: “CSV UTF-8”).`);
    }
  };

  const separatorOf = (text) => {
    const line = text.slice(0, text.search(/[\r\n]/) + 1 || undefined);
    const counts = [",", ";", "\t"].map((mark) => line.split(mark).length);
    return [",", ";", "\t"][counts.indexOf(Math.max(...counts))];
  };
  // Rows are counted as a spreadsheet counts them: from 1, the names of the columns and blank rows with them.
  const parse = (text, mark) => {
    const rows = [];
    const numbers = [];
    let row = [];
    let atRow = 1;
    let at = 0;
    const ends = new RegExp(`[${mark}\\r\\n]`, "g");
    while (at < text.length) {
      let end;
      if (text[at] === '"') {
        end = text.indexOf('"', at + 1);
        while (end >= 0 && text[end + 1] === '"') end = text.indexOf('"', end + 2);
        if (end < 0) throw new Trouble(`Row ${number(atRow)} of the table has a quotation mark without its second one.`);
        row.push(text.slice(at + 1, end).replaceAll('""', '"'));
        end += 1;
      } else {
        ends.lastIndex = at;
        end = ends.exec(text)?.index ?? text.length;
        row.push(text.slice(at, end));
      }
      at = end;
      if (text[at] === mark) {
        at += 1;
        if (at === text.length) row.push("");
        continue;
      }
      if (at < text.length && text[at] !== "\r" && text[at] !== "\n") {
        throw new Trouble(`Row ${number(atRow)} of the table has text after a quotation mark.`);
      }
      at += text[at] === "\r" && text[at + 1] === "\n" ? 2 : 1;
      if (row.length > 1 || row[0] !== "") {
        rows.push(row);
        numbers.push(atRow);
      }
      atRow += 1;
      row = [];
    }
    return { rows, numbers };
  };

  const readTable = (text, name) => {
    const mark = separatorOf(text);
    const parsed = parse(text, mark);
    const [head, ...rows] = parsed.rows;
    const numbers = parsed.numbers.slice(1);
    if (!head || !rows.length) throw new Trouble(`“${name}” has no rows below its first one, which names the columns.`);
    rows.forEach((row, at) => {
      if (row.length !== head.length) {
        const expected = tally(head.length, "column");
        throw new Trouble(`Row ${number(numbers[at])} of the table has ${tally(row.length, "cell")}, but its first row names ${expected}.`);
      }
    });
    return { name, mark, head, rows, numbers };
  };
  const likeliest = ({ head, rows }) => {
    const named = head.findIndex((name) => /^(text|statement|sentence|body|content|quote)s?$/i.test(name.trim()));
    if (named >= 0) return named;
    const length = (at) => rows.slice(0, 100).reduce((sum, row) => sum + row[at].length, 0);
    return head.map((_, at) => length(at)).reduce((best, n, at, all) => (n > all[best] ? at : best), 0);
  };

  const wordsOfFailure = (error) => (error instanceof Trouble ? error.message : `This page failed: ${error.message}`);
  const BUSY = "The page is labelling. Stop it first, and choose the file again then.";
  const isTable = (name) => /\.(csv|tsv)$/i.test(name);
  const isText = (name) => /\.(txt|md)$/i.test(name);
  const contentOf = async (file) => {
    const command = isText(file.name) ? "analyze" : "predict";
    if (file.size > 200_000_000) throw new Trouble(`“${file.name}” is too large for this page; use the command stancekit ${command}.`);
    try {
      return new Uint8Array(await file.arrayBuffer());
    } catch (error) {
      throw new Trouble(`“${file.name}” cannot be read: ${error.message}`);
    }
  };
  // Before anything is shown: a field of megabytes would stop the browser. Of what is far too long nobody counts on.
  const checkLength = (text, what) => {
    if (text.length <= characters) return;
    const isFar = text.length > 2 * characters; // a character is two units at most
    const n = isFar ? characters : Array.from(text).length;
    if (!isFar && n <= characters) return;
    const found = `${isFar ? "more than " : ""}${tally(n, "character")}`;
    const remedy = "Give it in parts, or use the command stancekit analyze, which takes larger ones.";
    throw new Trouble(`${what} has ${found}; at most ${number(characters)} are allowed. ${remedy}`);
  };
  const checkText = (text, name) => {
    if (!isText(name)) {
      const known = "expected a text (.txt, .md) or a table (.csv, .tsv)";
      throw new Trouble(`This page cannot tell by its suffix what “${name}” holds: ${known}. If it is plain text, save it as .txt.`);
    }
    if (!text.trim()) throw new Trouble(`“${name}” is empty. Choose another file.`);
    checkLength(text, `“${name}”`);
  };
  const take = async (files) => {
    const [file] = files;
    reading += 1;
    const mine = reading;
    complain("");
    if (!running) say(""); // what it says is of the file before
    try {
      if (running) throw new Trouble(BUSY);
      if (files.length > 1) throw new Trouble(`These are ${files.length} files. Choose one at a time.`);
      const bytes = await contentOf(file);
      if (mine !== reading) return; // another was chosen meanwhile, or all was cleared
      if (running) throw new Trouble(BUSY);
      const text = decode(bytes, file.name);
      if (isTable(file.name)) return showTable(readTable(text, file.name));
      checkText(text, file.name);
      dropTable();
      one("#text").value = text;
      compare();
      say(`Read “${file.name}”, ${tally(text.length, "character")}.`);
    } catch (error) {
      if (mine === reading) complain(wordsOfFailure(error));
    }
  };
  const showTable = (read) => {
    table = read;
    one("#table-name").textContent = `${table.name}: ${tally(table.rows.length, "row")}`;
    one("#column").replaceChildren(
      ...table.head.map((name, at) => element("option", { value: String(at) }, name || `column ${at + 1}`)),
    );
    one("#column").value = String(likeliest(table));
    showSample();
    arrange();
    say(`Read ${tally(table.rows.length, "row")} of “${table.name}”. Choose the column with the statements.`);
    one("#column").focus();
  };
  const showSample = () => {
    const column = Number(one("#column").value);
    const found = table.rows.find((row) => row[column].trim());
    one("#sample").textContent = found ? `It begins: ${found[column].slice(0, 160)}` : "This column is empty.";
  };
  const dropTable = () => {
    table = null;
    one("#file").value = "";
    arrange();
  };
  const arrange = () => {
    one("#table-part").hidden = !table;
    one("#field").hidden = Boolean(table);
    one("#speaker-part").hidden = Boolean(table);
    one("#go").textContent = table ? "Label the table" : "Find stances";
    compare();
  };

  // ---- asking

  const begin = (message) => {
    complain("");
    say(message);
    running = new AbortController();
    one("#go").disabled = true;
    one("#stop").hidden = false;
    one("#ask").setAttribute("aria-busy", "true");
  };
  const end = () => {
    running = null;
    one("#go").disabled = false;
    one("#stop").hidden = true;
    one("#running").hidden = true;
    one("#status").classList.remove("unseen");
    one("#ask").removeAttribute("aria-busy");
  };

  const analyze = async (signal) => {
    const text = one("#text").value;
    if (!text.trim()) throw new Trouble("There is no text yet. Paste some, choose a file, or look at the example.");
    checkLength(text, "The text");
    const points = Array.from(text);
    const speaker = one("#by").value.trim() || null;
    const response = await ask("v1/analyze", { ...asJson({ text, speaker }, signal) });
    if (!response.ok) await wordsOf(response);
    const { statements } = await response.json();
    const scores = (row) => Object.fromEntries(labels.map((name) => [name, row[`score_${name}`]]));
    const items = statements.map((row) => ({ ...row, text: row.statement, scores: scores(row) }));
    return { kind: "article", text, points, speaker, items, n: items.length };
  };

  const batch = (texts, first, most) => {
    const lines = [];
    let size = 0;
    while (first + lines.length < texts.length && lines.length < most && size < BYTES_AT_A_TIME) {
      lines.push(JSON.stringify({ text: texts[first + lines.length] }) + "\n");
      size += lines.at(-1).length;
    }
    return lines.join("");
  };
  const linesOf = async function* (response) {
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    let rest = "";
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      const lines = (rest + value).split("\n");
      rest = lines.pop();
      yield lines.map((line) => JSON.parse(line));
    }
  };
  const goOn = async (texts, found, most, signal) => {
    const first = found.items.length;
    const headers = { "content-type": "application/x-ndjson" };
    const response = await ask("v1/predict", { headers, body: batch(texts, first, most), signal });
    if (!response.ok) await wordsOf(response, first);
    try {
      for await (const answers of linesOf(response)) {
        for (const answer of answers) {
          if ("status" in answer) throw troubleOf(answer, first);
          found.items.push(answer);
        }
        signal.throwIfAborted();
        report(found);
      }
    } catch (error) {
      // A browser may drop the last lines of an answer that breaks off, and with them the one that says why. Asked for
      // fewer rows, at last for that one alone, the service refuses them at once and says it.
      if (error instanceof Trouble || signal.aborted || most === 1) throw error;
      return Math.ceil(most / 2);
    }
    if (found.items.length === first) throw new Trouble("The service ended its answer too early. Try again.");
    return most;
  };
  const label = async (signal) => {
    const column = Number(one("#column").value);
    const { rows } = table;
    const found = { kind: "table", ...table, column, items: [], n: rows.length };
    one("#running").hidden = false;
    one("#status").classList.add("unseen"); // it says what the bar shows
    try {
      const texts = rows.map((row) => row[column]);
      let most = LINES_AT_A_TIME;
      while (found.items.length < rows.length) most = await goOn(texts, found, most, signal);
    } catch (error) {
      found.why = signal.aborted ? "you stopped it" : "of an error";
      if (signal.aborted) return found;
      complain(error instanceof Trouble ? error.message : "The connection to the service broke. Is it still running?");
    }
    return found;
  };
  let told = 0;
  const report = ({ items, n }) => {
    one("#progress").value = items.length / n;
    one("#progress-label").textContent = `Labelled ${number(items.length)} of ${number(n)} rows`;
    if (Date.now() - told < 3000) return; // a screen reader should not have to read every number
    told = Date.now();
    say(`Labelled ${number(items.length)} of ${number(n)} rows.`);
  };

  const go = async () => {
    if (running) return;
    run += 1;
    const mine = run;
    begin(table ? "Labelling the table…" : "Reading the text…");
    try {
      const found = table ? await label(running.signal) : await analyze(running.signal);
      if (mine !== run) return;
      if (found.items.length || !found.why) show(found);
      else if (found.why === "you stopped it") say("Stopped before anything was labelled.");
      else say("");
    } catch (error) {
      if (mine !== run) return;
      say(error.name === "AbortError" ? "Stopped." : "");
      if (error.name !== "AbortError") complain(wordsOfFailure(error));
    } finally {
      if (mine === run) end();
    }
  };

  // ---- showing

  const show = (found) => {
    result = found;
    chosen.stance.clear();
    chosen.kind.clear();
    chosen.who = "";
    shown = ROWS_AT_A_TIME;
    const isArticle = result.kind === "article";
    one("#result").hidden = false;
    for (const id of ["#article", "#kinds-part", "#who-part", "#report"]) one(id).hidden = !isArticle;
    one("#counted").hidden = isArticle;
    summarise();
    offerStances();
    if (isArticle) {
      offerKinds();
      offerSpeakers();
      write();
    }
    writeHead();
    filter();
    compare();
    say("");
    one("#h-result").focus();
    one("#h-result").scrollIntoView();
  };
  const isOld = () => {
    if (result.kind === "table") return table?.rows !== result.rows || Number(one("#column").value) !== result.column;
    return Boolean(table) || one("#text").value !== result.text || one("#by").value.trim() !== (result.speaker ?? "");
  };
  const compare = () => {
    if (!result) return;
    const said = isOld() ? "This result belongs to what stood above before. Ask again for what stands there now." : "";
    one("#result").classList.toggle("old", Boolean(said));
    if (one("#old").textContent !== said) one("#old").textContent = said; // read out once, not at every key
  };
  // By characters: a short heading should not count as much as a paragraph.
  const warn = () => {
    const length = (items) => items.reduce((sum, item) => sum + item.text.length, 0);
    const strange = result.items.filter((item) => item.unfamiliar);
    const part = length(strange) / length(result.items) || 0;
    const whole = result.kind === "article" ? "This text" : "This table";
    const how = part > 0.95 ? "is" : "is for the most part";
    one("#strange").hidden = part < 0.5;
    one("#strange").textContent =
      `${whole} ${how} unlike what the model was trained on: it may be in another language (the package’s models read ` +
      "English) or about other things. The scores below are guesses.";
    return part < 0.5 ? strange.length : 0;
  };
  // What an article tells is not what its people think.
  const narrationAmong = (found) => {
    const n = found.filter((item) => item.kind === "narration" && !item.speaker).length;
    return n && n < found.length ? ` (${number(n)} of them narration)` : n ? " (narration)" : "";
  };
  const summarise = () => {
    const { items, n, why, kind } = result;
    const parts = labels.map((name) => {
      const took = items.filter((item) => item.labels.includes(name));
      return `${number(took.length)} ${name}${narrationAmong(took)}`;
    });
    const noun = kind === "article" ? "statement" : "row";
    const partly = why ? `Not whole: only the first ${number(items.length)} of ${tally(n, noun)} are labelled, because ${why}. ` : "";
    const strange = warn();
    const rest = strange ? ` ${number(strange)} of them unlike what the model was trained on: take these scores with care.` : "";
    one("#summary").textContent = `${partly}${tally(items.length, noun)}: ${parts.join(", ")}.${rest}`;
    one("#summary").classList.toggle("part", Boolean(why));
    if (!items.length) one("#summary").textContent = "There is no statement in this text.";
  };

  const toggle = (set, value, content, n) => {
    const button = element("button", { type: "button", "aria-pressed": "false" });
    button.append(...content, element("span", { class: "n" }, ` ${number(n)}`));
    button.addEventListener("click", () => {
      if (!set.delete(value)) set.add(value);
      button.setAttribute("aria-pressed", String(set.has(value)));
      filter();
    });
    return element("li", {}, button);
  };
  const stancesOf = (item) => {
    const found = [...item.labels, ...(item.abstained.length ? ["?"] : [])];
    return found.length ? found : ["none"];
  };
  const sample = (column) => {
    const sign = element("span", { class: `g k${column}`, "aria-hidden": "true" }, signOf(labels[column]));
    return element("span", { class: `sample c${column}` }, sign);
  };
  const offerStances = () => {
    const n = (value) => result.items.filter((item) => stancesOf(item).includes(value)).length;
    one("#stances").replaceChildren(
      ...labels.map((name, column) => toggle(chosen.stance, name, [sample(column), ` ${name}`], n(name))),
      toggle(chosen.stance, "?", [element("span", { class: "sample st maybe" }, "?"), " abstained"], n("?")),
      toggle(chosen.stance, "none", ["no stance"], n("none")),
    );
  };
  const offerKinds = () => {
    const n = (kind) => result.items.filter((item) => item.kind === kind).length;
    one("#kinds").replaceChildren(...Object.entries(KINDS).map(([kind, said]) => toggle(chosen.kind, kind, [said], n(kind))));
  };
  const offerSpeakers = () => {
    const counts = new Map();
    for (const { speaker } of result.items) counts.set(speaker ?? "", (counts.get(speaker ?? "") ?? 0) + 1);
    const names = [...counts].sort(([a, n], [b, m]) => (a === "") - (b === "") || m - n || a.localeCompare(b));
    const option = ([name, n]) => element("option", { value: `=${name}` }, `${name || "nobody named"} (${number(n)})`);
    one("#who").replaceChildren(element("option", { value: "" }, "anybody"), ...names.map(option));
  };

  const fits = (item) =>
    (!chosen.stance.size || stancesOf(item).some((stance) => chosen.stance.has(stance))) &&
    (!chosen.kind.size || chosen.kind.has(item.kind)) &&
    (!chosen.who || chosen.who === `=${item.speaker ?? ""}`);

  const filter = () => {
    const found = [];
    result.items.forEach((item, at) => {
      const fit = fits(item);
      if (fit) found.push(at);
      document.getElementById(`s${at}`)?.classList.toggle("off", !fit);
    });
    one("#csv").textContent = offer(found.length, result.items.length);
    one("#nothing").hidden = Boolean(found.length) || !result.items.length;
    one("#shown").textContent = `${number(found.length)} of ${tally(result.items.length, result.kind === "article" ? "statement" : "row")} shown`;
    writeRows(found);
  };

  // Offsets count characters as Unicode does, strings of this language do not.
  const write = () => {
    const { points, items } = result;
    const paragraphs = [element("p", { dir: "auto" })];
    const addGap = (from, to) => {
      const [first, ...others] = points.slice(from, to).join("").split(/\n[^\S\n]*\n/);
      paragraphs.at(-1).append(others.length ? first.trimEnd() : first);
      for (const part of others) paragraphs.push(element("p", { dir: "auto" }, part.trimStart()));
    };
    let place = 0;
    items.forEach((item, at) => {
      addGap(place, item.start);
      paragraphs.at(-1).append(...statement(item, at));
      place = item.end;
    });
    addGap(place, points.length);
    one("#words").replaceChildren(...paragraphs.filter((paragraph) => paragraph.textContent.trim()));
  };
  const statement = (item, at) => {
    const columns = item.labels.map((name) => labels.indexOf(name));
    const tags = [
      ...columns.map((column) => tag(["tag"], [signed(column), ` ${labels[column]}`])),
      ...item.abstained.map((name) => tag(["tag", "unsure"], [`? ${name}`])),
    ];
    const classes = `st ${columns.length ? `c${columns.join("-")}` : item.abstained.length ? "maybe" : ""}`.trim();
    const why = element("span", { class: "why", id: `w${at}`, role: "tooltip" }, ...reasons(item));
    const attributes = { class: classes, id: `s${at}` };
    if (!tags.length) return [element("span", attributes, ...worded(item)), why];
    Object.assign(attributes, { tabindex: "0", "aria-describedby": `w${at}` });
    return [element("mark", attributes, ...worded(item), ...tags), why];
  };
  const tag = (classes, content) => element("span", { class: classes.join(" ") }, ...content);
  const signed = (column) => element("span", { class: `g k${column}`, "aria-hidden": "true" }, signOf(labels[column]));
  // As the library reads words that are broken at line ends or emphasized (stancekit/text/reading.py).
  const BROKEN = /(?<=\p{Ll})[-\u2010][ \t]*(?:\r\n|\n|\r)[ \t]*(?=\p{Ll})(?!(?:and|or)(?!\p{L}))/gu;
  const SOFT = /(?<=\p{L})\u00ad[ \t]*(?:\r\n|\n|\r)[ \t]*(?=\p{L})|\u00ad/gu;
  const EDGE_MARKS = /(?<![\p{L}\p{N}_])[*_]{1,3}|[*_]{1,3}(?![\p{L}\p{N}_])/gu;
  const flat = (text) => text.replace(BROKEN, "").replace(SOFT, "").replace(EDGE_MARKS, "").split(/\s+/).join(" ");
  const worded = ({ text, evidence }) => {
    const points = Array.from(text);
    const places = new Set([0, points.length, ...evidence.flatMap(({ start, end }) => [start, end])]);
    const sorted = [...places].sort((a, b) => a - b);
    return sorted.slice(0, -1).map((start, at) => {
      const piece = points.slice(start, sorted[at + 1]).join("");
      const weighed = evidence.find((span) => span.start <= start && sorted[at + 1] <= span.end);
      return weighed ? element("span", { class: `ev e${labels.indexOf(weighed.label)}` }, piece) : piece;
    });
  };
  const reasons = (item) => {
    const who = [item.speaker ?? "Nobody named", item.title].filter(Boolean).join(", ");
    const parts = [element("span", { class: "who" }, who), element("span", {}, KINDS[item.kind])];
    labels.forEach((name, column) => {
      const verdict = item.labels.includes(name) ? "yes" : item.abstained.includes(name) ? "abstained" : "no";
      const score = ` ${name} ${item.scores[name].toFixed(2)} ${verdict}`;
      parts.push(element("span", { class: verdict === "yes" ? "sc yes" : "sc" }, signed(column), score));
      const weighed = item.evidence.filter((span) => span.label === name);
      const said = weighed.map(({ text, weight }) => `${flat(text)} ${signedNumber(weight)}`).join(", ");
      if (said) parts.push(element("span", { class: "words" }, said));
    });
    if (item.unfamiliar) parts.push(element("span", {}, "Unlike what the model was trained on: take the scores with care."));
    return parts.flatMap((part) => [part, " "]);
  };
  const signedNumber = (weight) => (weight < 0 ? "−" : "+") + Math.abs(weight).toFixed(2);

  const writeHead = () => {
    const titles =
      result.kind === "article" ? ["no.", "speaker", "statement", "kind", "stances", ...labels, "words that weighed"] : ["row", "statement", "stances", ...labels];
    const numbers = new Set(["no.", "row", ...labels]);
    one("#rows-head").replaceChildren(
      ...titles.map((title) => element("th", { scope: "col", class: numbers.has(title) ? "num" : "" }, title)),
    );
  };
  const writeRows = (found) => {
    one("#rows-body").replaceChildren(...found.slice(0, shown).map((at) => rowOf(result.items[at], at)));
    for (const id of ["#rows-part", "#rows-about"]) one(id).hidden = !found.length;
    one("#more").hidden = found.length <= shown;
  };
  const rowOf = (item, at) => {
    const cell = (name, ...content) => element("td", { class: name, dir: "auto" }, ...content);
    const score = (name) => {
      const text = item.scores[name].toFixed(2) + (item.abstained.includes(name) ? " ?" : "");
      return element("td", { class: item.labels.includes(name) ? "num yes" : "num" }, text);
    };
    const strange = item.unfamiliar ? [element("small", {}, "unlike the training data")] : [];
    const stances = cell("", item.labels.join(", ") || "–", ...strange);
    const said = cell("said", item.text);
    const cells = [element("td", { class: "num" }, number(result.kind === "article" ? at + 1 : result.numbers[at]))];
    if (result.kind === "article") {
      cells[0].replaceChildren(element("a", { href: `#s${at}` }, number(at + 1)));
      const title = item.title ? [element("small", {}, item.title)] : [];
      const words = [...new Set(item.evidence.map(({ text }) => flat(text)))].join(", ");
      cells.push(cell("by", item.speaker ?? "–", ...title), said, cell("", KINDS[item.kind]), stances, ...labels.map(score), cell("words", words));
    } else cells.push(said, stances, ...labels.map(score));
    return element("tr", {}, ...cells);
  };

  // ---- downloads

  const scoresOf = (item) => labels.map((name) => item.scores[name]);
  const articleRows = () => {
    const scores = labels.map((name) => `score_${name}`);
    const head = ["statement", "start", "end", "kind", "speaker", "title", "labels", ...scores, "abstained", "unfamiliar", "evidence"];
    const words = ({ label: name, text, weight }) => `${name}: ${flat(text)} (${(weight < 0 ? "" : "+") + weight.toFixed(2)})`;
    const row = (item) => [
      ...[item.text, item.start, item.end, item.kind, item.speaker, item.title, item.labels.join("|"), ...scoresOf(item)],
      ...[item.abstained.join("|"), item.unfamiliar, item.evidence.map(words).join("; ")],
    ];
    return [head, ...result.items.filter(fits).map(row)];
  };
  const tableRows = () => {
    const scores = labels.map((name) => `stance_score_${name}`);
    const head = [...result.head, "stance_labels", "stance_abstained", ...scores, "stance_unfamiliar"];
    const row = (item, at) => [...result.rows[at], item.labels.join("|"), item.abstained.join("|"), ...scoresOf(item), item.unfamiliar];
    return [head, ...result.items.map(row).filter((_, at) => fits(result.items[at]))];
  };
  const saveCsv = () => {
    const rows = result.kind === "article" ? articleRows() : tableRows();
    const base = result.kind === "article" ? "statements" : `${result.name.replace(/\.[^.]*$/, "")}-stances`;
    const mark = result.mark ?? ",";
    const [suffix, type] = mark === "\t" ? ["tsv", "text/tab-separated-values"] : ["csv", "text/csv"];
    save(["\ufeff", csv(rows, mark)], type, `${base}${result.why ? "-not-whole" : ""}.${suffix}`);
    one("#shown").textContent = `Saved ${tally(rows.length - 1, "row")}.`;
  };
  const saveReport = async () => {
    const { text, speaker } = result;
    const mine = run;
    complain("");
    try {
      const response = await ask("v1/analyze?format=html", asJson({ text, speaker, document: "the text" }));
      if (!response.ok) await wordsOf(response);
      const content = await response.blob();
      if (mine === run) save([content], "text/html", "stances.html");
    } catch (error) {
      if (mine !== run) return;
      complain(wordsOfFailure(error));
      one("#trouble").scrollIntoView();
    }
  };

  // ---- what people do

  one("#ask").addEventListener("submit", (event) => {
    event.preventDefault();
    go();
  });
  one("#stop").addEventListener("click", () => {
    running?.abort();
    one("#go").focus();
  });
  one("#example").addEventListener("click", () => {
    if (running) return;
    reading += 1;
    dropTable();
    one("#text").value = EXAMPLE;
    one("#by").value = "";
    go();
  });
  one("#empty-all").addEventListener("click", () => {
    run += 1;
    reading += 1;
    running?.abort();
    end();
    dropTable();
    complain("");
    say("");
    for (const id of ["#text", "#by"]) one(id).value = "";
    result = null;
    one("#result").hidden = true;
    one("#words").replaceChildren();
    one("#rows-body").replaceChildren();
    one("#text").focus();
  });
  one("#file").addEventListener("change", ({ target }) => target.files.length && take(target.files));
  one("#no-table").addEventListener("click", () => {
    dropTable();
    one("#text").focus();
  });
  one("#column").addEventListener("change", () => {
    showSample();
    compare();
  });
  for (const id of ["#text", "#by"]) one(id).addEventListener("input", compare);
  one("#who").addEventListener("change", ({ target }) => {
    chosen.who = target.value;
    filter();
  });
  one("#clear").addEventListener("click", () => {
    for (const set of [chosen.stance, chosen.kind]) set.clear();
    chosen.who = one("#who").value = "";
    for (const button of document.querySelectorAll(".legend button")) button.setAttribute("aria-pressed", "false");
    filter();
  });
  one("#more").addEventListener("click", () => {
    shown += ROWS_AT_A_TIME;
    filter();
  });
  one("#csv").addEventListener("click", saveCsv);
  one("#report").addEventListener("click", saveReport);

  // Anywhere on the page: the browser would leave it for a file that is dropped beside the box.
  for (const kind of ["dragover", "dragleave", "drop"]) {
    addEventListener(kind, (event) => {
      if (![...event.dataTransfer.types].includes("Files")) return;
      event.preventDefault();
      one("#drop").classList.toggle("over", kind === "dragover");
      if (kind === "drop" && event.dataTransfer.files.length) take(event.dataTransfer.files);
    });
  }
  hideByEscape();
})();
