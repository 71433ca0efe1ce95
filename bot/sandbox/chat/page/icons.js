// The page's own signs, drawn here: an emoji is an empty box where no font has it.

const LINES = {
  menu: "M4 7h16M4 12h16M4 17h16",
  attach: "M20 11.5l-8.2 8.2a5 5 0 0 1-7.1-7.1l8.6-8.6a3.4 3.4 0 0 1 4.8 4.8l-8.6 8.6a1.7 1.7 0 0 1-2.4-2.4l7.9-7.9",
  send: "M3.5 20 21 12 3.5 4v6.3l10 1.7-10 1.7z",
  reply: "M9.5 6 4 11.5 9.5 17M4 11.5h9.5A6.5 6.5 0 0 1 20 18v1",
  forward: "M14.5 6 20 11.5 14.5 17M20 11.5h-9.5A6.5 6.5 0 0 0 4 18v1",
  close: "M6 6l12 12M18 6 6 18",
  back: "M10 6l-6 6 6 6M4 12h16",
  letter: "M4.5 6h15A1.5 1.5 0 0 1 21 7.5v9a1.5 1.5 0 0 1-1.5 1.5h-15A1.5 1.5 0 0 1 3 16.5v-9A1.5 1.5 0 0 1 4.5 6zM3.6 7.2 12 13.5l8.4-6.3",
  document: "M14 3H7a2 2 0 0 0-2 2v14a2 2 0 0 0 2 2h10a2 2 0 0 0 2-2V8zM14 3v5h5",
  photo: "M5 4h14a2 2 0 0 1 2 2v12a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2V6a2 2 0 0 1 2-2zM3.5 17.5 9 12l4 4 3-3 4.5 4.5M15.5 8.5h.01",
  contact: "M12 4a4 4 0 1 1 0 8 4 4 0 0 1 0-8zM4 20.5a8 8 0 0 1 16 0",
  inline: "M16 12a4 4 0 1 1-8 0 4 4 0 0 1 8 0zv1.5a2.5 2.5 0 0 0 5 0V12a9 9 0 1 0-3.6 7.2",
  group: "M9 5a3.5 3.5 0 1 1 0 7 3.5 3.5 0 0 1 0-7zM2.5 20a6.5 6.5 0 0 1 13 0M16 5.2a3.5 3.5 0 0 1 0 6.6M18 14.3a6.5 6.5 0 0 1 3.5 5.7",
  location: "M12 21.5s-7-6.5-7-12a7 7 0 0 1 14 0c0 5.5-7 12-7 12zM12 7a2.5 2.5 0 1 1 0 5 2.5 2.5 0 0 1 0-5z",
  sticker: "M4 7a3 3 0 0 1 3-3h10a3 3 0 0 1 3 3v7l-6 6H7a3 3 0 0 1-3-3zM20 14h-3a3 3 0 0 0-3 3v3M8.5 9.5h.01M15 9.5h.01M8.5 13c.8 1 1.8 1.5 3 1.5",
  thumb: "M7 11v9H4v-9zM7 11l4-7.5c1.6 0 2.4 1 2.1 2.6L12.5 9.5H18a2 2 0 0 1 2 2.4l-1.3 6.5a2 2 0 0 1-2 1.6H7",
  voice: "M12 3a3 3 0 0 1 3 3v6a3 3 0 0 1-6 0V6a3 3 0 0 1 3-3zM5.5 11.5a6.5 6.5 0 0 0 13 0M12 18v3",
  video: "M5 6h9a2 2 0 0 1 2 2v8a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2V8a2 2 0 0 1 2-2zM16 11l5-3v8l-5-3",
  audio: "M9 18V6l10-2v12M9 18a2.5 2.5 0 1 1-5 0 2.5 2.5 0 0 1 5 0zM19 16a2.5 2.5 0 1 1-5 0 2.5 2.5 0 0 1 5 0z",
  keyboard: "M4 5.5h16A1.5 1.5 0 0 1 21.5 7v10a1.5 1.5 0 0 1-1.5 1.5H4A1.5 1.5 0 0 1 2.5 17V7A1.5 1.5 0 0 1 4 5.5zM6.5 9.5h.01M10 9.5h.01M14 9.5h.01M17.5 9.5h.01M8 14.5h8",
  poll: "M5 20V10M12 20V4M19 20v-7",
};
const SOLID = ["send"];

export function icon(name, size = 24) {
  const node = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const filled = SOLID.includes(name);
  const look = { viewBox: "0 0 24 24", width: size, height: size, "aria-hidden": "true", fill: filled ? "currentColor" : "none",
    stroke: filled ? "none" : "currentColor", "stroke-width": 1.8, "stroke-linecap": "round", "stroke-linejoin": "round" };
  for (const [key, value] of Object.entries(look)) node.setAttribute(key, value);
  const line = document.createElementNS("http://www.w3.org/2000/svg", "path");
  line.setAttribute("d", LINES[name]);
  node.append(line);
  return node;
}
