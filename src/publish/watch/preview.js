"use strict";
// Opened from the disk a page may not read files, but may load scripts: state.js calls told(), _beat.js calls beat().
const POLL_MS = 150, SILENCE_BEATS = 4;
const at = id => document.getElementById(id);
let last = "", heard = Date.now(), state = null;

function told(news) {
  const whole = JSON.stringify(news);
  if (whole === last) return;
  last = whole;
  state = news;
  show();
}

function beat(when) {
  heard = when;
}

function load(file) {
  const script = document.createElement("script");
  script.src = `${file}?${Date.now()}`;
  script.onload = script.onerror = () => script.remove();
  document.head.append(script);
}

function watched() {
  return !state.ended && Date.now() - heard < SILENCE_BEATS * state.beat_ms;
}

function show() {
  const gone = !watched();
  document.title = `${state.name} · preview`;
  document.body.dataset.pictures = state.pictures;
  document.body.dataset.proof = state.proof;
  document.body.toggleAttribute("data-ended", Boolean(gone));
  at("name").textContent = state.name;
  at("title").textContent = state.title;
  at("freshness").textContent = freshness(gone);
  [at("says").textContent, at("means").textContent] = verdict(gone);
  const errors = state.findings.filter(each => each.severity === "error");
  at("errors").replaceChildren(...errors.map(finding));
  at("remarks").replaceChildren(...state.findings.filter(each => !errors.includes(each)).map(finding));
  pages();
  const hidden = state.count - state.pages.length;
  at("more").textContent = hidden > 0 ? `${hidden} more pages are not shown here` : "";
}

function freshness(gone) {
  const when = state.drawn ? new Date(state.drawn).toLocaleTimeString() : "";
  if (gone) return when ? `last drawn at ${when}` : "";
  if (state.pictures === "drawing") return when ? `drawing … (shown: ${when})` : "drawing …";
  if (state.pictures === "kept") return `stale: drawn at ${when}`;
  return state.pictures === "fresh" ? `drawn at ${when}` : "no picture yet";
}

function verdict(gone) {
  const errors = state.findings.filter(each => each.severity === "error").length;
  const count = `${errors} error${errors === 1 ? "" : "s"}`;
  const build = "A preview is no leaflet: finished files come from publish build.";
  if (gone) return ["Nobody watches this leaflet now", "The pictures may be out of date. Start again: publish watch " + state.name];
  if (state.pictures === "kept")
    return [`These pictures are stale: the leaflet as it is now cannot be shown (${count})`,
      "They are the last good ones. Mend what is named below, and they are drawn anew."];
  if (state.pictures === "none" && state.proof === "blocked")
    return [`There is nothing to show yet (${count})`, "Mend what is named below."];
  if (state.proof === "blocked") return [`This leaflet cannot go out: ${count}`, build];
  if (state.proof === "proven" && state.pictures === "fresh")
    return ["Proven: the safety block stands whole and legible in this PDF, and in Word and EPUB", build];
  return ["Not proven yet", "Do not rely on these pictures before the proofs have passed."];
}

function mark() {
  if (!watched()) return "OLD PREVIEW, NOT WATCHED";
  if (state.pictures === "kept") return "STALE PREVIEW";
  if (state.proof === "blocked") return "PREVIEW, CANNOT GO OUT";
  return state.proof === "proven" && state.pictures === "fresh" ? "PREVIEW" : "PREVIEW, NOT PROVEN";
}

function finding(each) {
  const item = document.createElement("li");
  item.className = each.severity;
  const place = [each.file, each.line, each.column].filter(part => part !== null).join(":");
  const where = each.page === null ? place : `${each.file}, page ${each.page}`;
  item.append(piece("place", [where, `${each.severity} ${each.code}`].filter(Boolean).join(" · ")), each.message);
  if (each.hint) item.append(piece("hint", each.hint));
  return item;
}

function piece(kind, words) {
  const span = document.createElement("span");
  span.className = kind;
  span.textContent = words;
  return span;
}

function pages() {
  const box = at("pages");
  while (box.children.length > state.pages.length) box.lastChild.remove();
  state.pages.forEach((page, index) => {
    const figure = box.children[index] ?? box.appendChild(frame());
    const [image, caption] = figure.children;
    const address = `${page.file}?${page.sha256.slice(0, 16)}`;
    caption.firstChild.textContent = `page ${index + 1} of ${state.count}`;
    caption.lastChild.textContent = mark();
    if (image.dataset.address === address) return;
    image.dataset.address = address;
    const fresh = new Image();
    fresh.src = address;
    fresh.decode().catch(() => undefined).then(() => {
      if (image.dataset.address !== address) return;
      image.width = Math.round(page.width_mm / 25.4 * 96);
      image.height = Math.round(page.height_mm / 25.4 * 96);
      image.alt = `Picture of page ${index + 1}`;
      image.src = address;
    });
  });
}

function frame() {
  const figure = document.createElement("figure");
  const caption = document.createElement("figcaption");
  const marked = document.createElement("span");
  marked.className = "mark";
  caption.append(document.createElement("span"), marked);
  figure.append(new Image(), caption);
  return figure;
}

setInterval(() => load("state.js"), POLL_MS);
setInterval(() => { load("../_beat.js"); if (state) show(); }, 1000);
load("../_beat.js");
load("state.js");
