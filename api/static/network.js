"use strict";
// Draws what /console/network.json holds, where the server placed it. A click picks a node; the server writes the panel about it.
(() => {
  const faded = "#e3e8e6";
  const told = "#a9b8b3";
  const seen = "#7fa8d6";
  const way = "#d97706";
  const ink = "#1b2628";
  const day = 86400000;
  const padding = 40;
  const label = { size: 13, cell: 240, least: 7 };
  const softEdge = 0.5;
  const batch = 200;
  let drawn = null;

  function colours() {
    const found = {};
    for (const mark of document.querySelectorAll("form .kind")) {
      const kind = mark.closest("label").querySelector("input").value;
      found[kind] = getComputedStyle(mark).getPropertyValue("--kind").trim();
    }
    return found;
  }

  function short(name) {
    return name.length > 17 ? name.slice(0, 16) + "…" : name;
  }

  function looksOf(network, width) {
    const known = colours();
    const kinds = network.kinds.map((kind) => known[kind] || "#666");
    const many = network.id.length > 1500;
    const room = Math.max(0.5, Math.min(1, width / 700));
    const most = network.size.reduce((larger, size) => Math.max(larger, size), 1);
    const cases = network.ties.reduce((larger, tie) => Math.max(larger, tie[2]), 1);
    return {
      many,
      tie: network.ties.map(([, , count]) => (many ? 0.7 : 1 + 4 * Math.sqrt(count / cases))),
      colour: network.kind.map((kind) => kinds[kind]),
      size: network.size.map((size) => {
        const share = Math.sqrt(Math.min(1, size / most));
        return room * (many ? 1.8 + 9 * share : 4 + 14 * share);
      }),
    };
  }

  function graphOf(network, { many, tie, colour, size }) {
    const graph = new graphology.MultiDirectedGraph();
    const onWay = new Set(network.path);
    network.id.forEach((id, node) => {
      graph.addNode(id, {
        x: network.x[node], y: -network.y[node], color: colour[node], way: onWay.has(node),
        label: short(network.caption[node]), whole: network.caption[node], size: size[node],
      });
    });
    for (const [start, end] of network.relationships) {
      graph.addEdge(network.id[start], network.id[end], { color: told, size: many ? 0.4 : 1 });
    }
    network.ties.forEach(([start, end], place) => {
      graph.addEdge(network.id[start], network.id[end], { color: seen, size: tie[place] });
    });
    for (let step = 1; step < network.path.length; step += 1) {
      graph.addEdge(network.id[network.path[step - 1]], network.id[network.path[step]], { color: way, size: 4, way: true, zIndex: 3 });
    }
    return graph;
  }

  // Sigma needs a while to begin, and seconds for very many nodes. Until then the same picture, drawn in one pass, stands in
  // its place.
  function sketch(picture, network, looks) {
    const [width, height] = [picture.offsetWidth, picture.offsetHeight];
    const canvas = document.createElement("canvas");
    canvas.width = width * window.devicePixelRatio;
    canvas.height = height * window.devicePixelRatio;
    canvas.style.width = `${width}px`;
    canvas.style.position = "absolute";
    const paper = canvas.getContext("2d");
    paper.scale(window.devicePixelRatio, window.devicePixelRatio);
    const at = places(network, width, height);
    strokeLines(paper, at, network.relationships, told, () => 1);
    strokeLines(paper, at, network.ties, seen, (tie) => Math.max(1, looks.tie[tie]));
    strokeLines(paper, at, network.path.slice(1).map((end, step) => [network.path[step], end]), way, () => 4);
    fillDots(paper, at, looks.colour, looks.size.map((size) => Math.max(0.8, size - softEdge)));
    writeLabels(paper, at, looks.size, network.caption);
    picture.replaceChildren(canvas);
    picture.dataset.shown = String(network.id.length);
  }

  function extent(values) {
    let [least, most] = [Infinity, -Infinity];
    for (const value of values) {
      if (value < least) least = value;
      if (value > most) most = value;
    }
    return { middle: (least + most) / 2, length: most - least || 1 };
  }

  // Where sigma puts each node before anyone moves the picture.
  function places(network, width, height) {
    const [x, y] = [extent(network.x), extent(network.y)];
    const [tall, wide] = [height / width, y.length / x.length];
    const across = (tall < 1 && wide > 1) || (tall > 1 && wide < 1);
    const room = across ? 1 : Math.min(Math.max(wide, 1 / wide), Math.max(tall, 1 / tall));
    const scale = (room * (Math.min(width, height) - 2 * padding)) / Math.max(x.length, y.length);
    return {
      x: network.x.map((place) => width / 2 + scale * (place - x.middle)),
      y: network.y.map((place) => height / 2 + scale * (place - y.middle)),
    };
  }

  // In batches: one path of many thousand lines is slow to paint, and so are many thousand paths.
  function strokeLines(paper, at, pairs, colour, width) {
    paper.strokeStyle = colour;
    const draw = ([start, end]) => { paper.moveTo(at.x[start], at.y[start]); paper.lineTo(at.x[end], at.y[end]); };
    inBatches(paper, pairs, draw, width, (wide) => { paper.lineWidth = wide; paper.stroke(); });
  }

  function fillDots(paper, at, colour, size) {
    const draw = (radius, node) => {
      paper.moveTo(at.x[node] + radius, at.y[node]);
      paper.arc(at.x[node], at.y[node], radius, 0, 2 * Math.PI);
    };
    inBatches(paper, size, draw, (node) => colour[node], (filled) => { paper.fillStyle = filled; paper.fill(); });
  }

  function inBatches(paper, items, draw, look, paint) {
    let inPath = 0;
    paper.beginPath();
    items.forEach((item, place) => {
      draw(item, place);
      inPath += 1;
      if (inPath < batch && place + 1 < items.length && look(place) === look(place + 1)) return;
      paint(look(place));
      paper.beginPath();
      inPath = 0;
    });
  }

  // As sigma chooses them: the largest node of each cell, where it is large enough.
  function writeLabels(paper, at, size, captions) {
    const largest = new Map();
    for (let node = 0; node < size.length; node += 1) {
      if (size[node] < label.least) continue;
      const cell = `${Math.floor(at.x[node] / label.cell)},${Math.floor(at.y[node] / label.cell)}`;
      if (!largest.has(cell) || size[node] > size[largest.get(cell)]) largest.set(cell, node);
    }
    paper.fillStyle = ink;
    paper.font = `${label.size}px ${getComputedStyle(document.body).fontFamily}`;
    for (const node of largest.values()) {
      paper.fillText(short(captions[node]), at.x[node] + size[node] + 3, at.y[node] + label.size / 3);
    }
  }

  function draw(picture, network, looks) {
    const before = [...picture.children];
    const graph = graphOf(network, looks);
    const state = { near: null, pick: picture.dataset.pick || null };
    const renderer = new Sigma(graph, picture, {
      labelFont: getComputedStyle(document.body).fontFamily, labelSize: label.size, labelColor: { color: ink },
      labelDensity: 0.6, labelGridCellSize: label.cell, labelRenderedSizeThreshold: label.least, stagePadding: padding, zIndex: true, minCameraRatio: 0.03, maxCameraRatio: 3,
      hideEdgesOnMove: graph.size > 5000,
      nodeReducer: (node, data) => reducedNode(graph, state, node, data),
      edgeReducer: (edge, data) => reducedEdge(graph, state, edge, data),
    });
    const again = () => renderer.refresh({ skipIndexation: true });
    renderer.on("enterNode", ({ node }) => { state.near = node; picture.classList.add("pointing"); again(); });
    renderer.on("leaveNode", () => { state.near = null; picture.classList.remove("pointing"); again(); });
    renderer.on("clickNode", ({ node }) => { state.pick = node; pick(node); again(); });
    renderer.on("clickStage", () => { state.pick = null; again(); });
    for (const child of before) child.remove();
    picture.dataset.drawn = String(graph.order);
    picture.dataset.way = String(network.path.length);
    return renderer;
  }

  function reducedNode(graph, state, node, data) {
    const focus = state.near || state.pick;
    if (data.way) return { ...data, label: data.whole, highlighted: true, forceLabel: true, zIndex: 3 };
    if (!focus || !graph.hasNode(focus)) return data;
    if (node === focus) return { ...data, label: data.whole, highlighted: true, forceLabel: true, zIndex: 2 };
    if (graph.areNeighbors(node, focus)) return { ...data, forceLabel: graph.degree(focus) < 9, zIndex: 1 };
    return { ...data, color: faded, label: "", forceLabel: false, zIndex: 0 };
  }

  function reducedEdge(graph, state, edge, data) {
    const focus = state.near || state.pick;
    if (data.way || !focus || !graph.hasNode(focus)) return data;
    if (!graph.hasExtremity(edge, focus)) return { ...data, hidden: true };
    return { ...data, color: data.color === seen ? "#3f74b3" : "#5f7378", size: Math.max(1.6, data.size), zIndex: 1 };
  }

  function pick(node) {
    const address = new URL(window.location.href);
    address.searchParams.set("pick", node);
    address.hash = "";
    history.replaceState(history.state, "", address);
    htmx.ajax("GET", address.pathname + address.search, { target: "#panel", select: "#panel", swap: "outerHTML" });
  }

  function slide() {
    const slider = document.getElementById("as-of-slider");
    const field = document.getElementById("f-as_of");
    if (!slider || !slider.hidden) return;
    const first = Date.parse(slider.dataset.first) / day;
    const last = Math.max(Date.parse(slider.dataset.last), Date.now()) / day;
    slider.min = String(Math.floor(first));
    slider.max = String(Math.ceil(last));
    slider.value = field.value ? String(Date.parse(field.value) / day) : slider.max;
    slider.hidden = false;
    slider.addEventListener("input", () => { field.value = new Date(slider.value * day).toISOString().slice(0, 10); });
  }

  // The first callback comes before what was drawn is painted, the second after it.
  function painted() {
    return new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done))));
  }

  async function show(picture) {
    const answer = await fetch(picture.dataset.source);
    if (!answer.ok) return;
    const network = await answer.json();
    if (!picture.isConnected) return;
    const looks = looksOf(network, picture.clientWidth);
    // What is picked makes the rest fade, which a drawing would not show; few nodes need not wait for that.
    if (looks.many || !picture.dataset.pick) {
      sketch(picture, network, looks);
      await painted();
    }
    await libraries;
    if (!picture.isConnected) return;
    drawn = draw(picture, network, looks);
  }

  function start() {
    slide();
    const picture = document.getElementById("picture");
    if (!picture || picture.dataset.begun) return;
    picture.dataset.begun = "yes";
    if (drawn) { drawn.kill(); drawn = null; }
    show(picture);
  }

  // This script stands before sigma, so that the data are asked for while sigma is still on its way.
  const libraries = new Promise((done) => document.addEventListener("DOMContentLoaded", done));
  document.addEventListener("htmx:afterSettle", start);
  // A kept copy of the page has the picture's elements, but nothing drawn on them: who goes back is given the page anew.
  htmx.config.historyCacheSize = 0;
  htmx.config.refreshOnHistoryMiss = true;
  start();
})();
