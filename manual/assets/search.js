// Searches the pages of the manual: every word must be found; words in a title count more than those in the text.
"use strict";

function searchManual(index, query) {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  if (!words.length) return [];
  const found = [];
  for (const page of index) {
    const title = page.title.toLowerCase();
    const text = page.text.toLowerCase();
    let score = title === query.trim().toLowerCase() ? 100 : 0;
    const good = words.every((word) => {
      const points = (title.includes(word) ? 10 : 0) + Math.min(text.split(word).length - 1, 5);
      score += points;
      return points > 0;
    });
    if (text.includes(words.join(" "))) score += 20;
    if (good) found.push({ title: page.title, url: page.url, score, excerpt: excerptOf(page.text, words) });
  }
  return found.sort((one, other) => other.score - one.score || (one.title < other.title ? -1 : 1));
}

function excerptOf(text, words) {
  const lower = text.toLowerCase();
  const phrase = lower.indexOf(words.join(" "));
  const place = phrase >= 0 ? phrase : words.map((word) => lower.indexOf(word)).find((found) => found >= 0);
  if (place === undefined) return "";
  const start = Math.max(0, place - 40);
  const end = Math.min(text.length, place + 80);
  return (start > 0 ? "…" : "") + text.slice(start, end).trim() + (end < text.length ? "…" : "");
}

if (typeof document !== "undefined") {
  const form = document.getElementById("search");
  const list = document.getElementById("found");
  const root = document.body.dataset.root;
  const show = () => {
    list.replaceChildren();
    for (const page of searchManual(window.manualIndex, form.elements.words.value).slice(0, 20)) {
      const link = document.createElement("a");
      link.href = root + page.url;
      link.textContent = page.title;
      const excerpt = document.createElement("small");
      excerpt.textContent = page.excerpt;
      const item = document.createElement("li");
      item.append(link, excerpt);
      list.append(item);
    }
  };
  form.hidden = false;
  form.addEventListener("input", show);
  form.addEventListener("submit", (event) => event.preventDefault());
}
