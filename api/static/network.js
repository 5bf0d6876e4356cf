"use strict";
// Draws what /console/network.json holds, where the server placed it. A click picks a node; the server writes the panel about it.
(() => {
  const faded = "#e3e8e6";
  const told = "#a9b8b3";
  const seen = "#7fa8d6";
  const way = "#d97706";
  const day = 86400000;
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

  function graphOf(network, room) {
    const graph = new graphology.MultiDirectedGraph();
    const known = colours();
    const colour = network.kinds.map((kind) => known[kind] || "#666");
    const many = network.id.length > 1500;
    const most = network.size.reduce((larger, size) => Math.max(larger, size), 1);
    const onWay = new Set(network.path);
    network.id.forEach((id, node) => {
      const share = Math.sqrt(Math.min(1, network.size[node] / most));
      graph.addNode(id, {
        x: network.x[node], y: -network.y[node], color: colour[network.kind[node]], way: onWay.has(node),
        label: short(network.caption[node]), whole: network.caption[node], size: room * (many ? 1.8 + 9 * share : 4 + 14 * share),
      });
    });
    for (const [start, end] of network.relationships) {
      graph.addEdge(network.id[start], network.id[end], { color: told, size: many ? 0.4 : 1 });
    }
    const cases = network.ties.reduce((larger, tie) => Math.max(larger, tie[2]), 1);
    for (const [start, end, count] of network.ties) {
      graph.addEdge(network.id[start], network.id[end], { color: seen, size: many ? 0.7 : 1 + 4 * Math.sqrt(count / cases) });
    }
    for (let step = 1; step < network.path.length; step += 1) {
      graph.addEdge(network.id[network.path[step - 1]], network.id[network.path[step]], { color: way, size: 4, way: true, zIndex: 3 });
    }
    return graph;
  }

  function draw(picture, network) {
    picture.replaceChildren();
    const graph = graphOf(network, Math.max(0.5, Math.min(1, picture.clientWidth / 700)));
    const state = { near: null, pick: picture.dataset.pick || null };
    const renderer = new Sigma(graph, picture, {
      labelFont: getComputedStyle(document.body).fontFamily, labelSize: 13, labelColor: { color: "#1b2628" },
      labelDensity: 0.6, labelGridCellSize: 240, labelRenderedSizeThreshold: 7, stagePadding: 40, zIndex: true, minCameraRatio: 0.03, maxCameraRatio: 3,
      hideEdgesOnMove: graph.size > 5000,
      nodeReducer: (node, data) => reducedNode(graph, state, node, data),
      edgeReducer: (edge, data) => reducedEdge(graph, state, edge, data),
    });
    const again = () => renderer.refresh({ skipIndexation: true });
    renderer.on("enterNode", ({ node }) => { state.near = node; picture.classList.add("pointing"); again(); });
    renderer.on("leaveNode", () => { state.near = null; picture.classList.remove("pointing"); again(); });
    renderer.on("clickNode", ({ node }) => { state.pick = node; pick(node); again(); });
    renderer.on("clickStage", () => { state.pick = null; again(); });
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

  async function start() {
    slide();
    const picture = document.getElementById("picture");
    if (!picture || picture.dataset.drawn) return;
    if (drawn) { drawn.kill(); drawn = null; }
    const answer = await fetch(picture.dataset.source, { headers: { Accept: "application/json" } });
    if (answer.ok) drawn = draw(picture, await answer.json());
  }

  document.addEventListener("DOMContentLoaded", start);
  document.addEventListener("htmx:afterSettle", start);
})();
