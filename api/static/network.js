"use strict";
// Draws what /api/network holds, where the server placed it. A click picks a node; the server writes the panel about it.
(() => {
  const faded = "#e3e8e6";
  const line = "#c3cecb";
  let drawn = null;

  function colours() {
    const found = {};
    for (const mark of document.querySelectorAll("form .kind")) {
      const kind = mark.closest("label").querySelector("input").value;
      found[kind] = getComputedStyle(mark).getPropertyValue("--kind").trim();
    }
    return found;
  }

  function graphOf(network) {
    const graph = new graphology.MultiDirectedGraph();
    const colour = colours();
    const many = network.nodes.length;
    for (const node of network.nodes) {
      graph.addNode(node.id, {
        x: node.x, y: -node.y, label: node.caption, color: colour[node.kind] || "#666",
        size: (many > 1500 ? 2 : 4) + Math.min(14, Math.sqrt(node.degree) * (many > 1500 ? 0.8 : 1.7)),
        
      });
    }
    for (const each of network.relationships) {
      graph.addEdge(each.start_id, each.end_id, { color: line, size: many > 1500 ? 0.4 : 1, type: "line" });
    }
    return graph;
  }

  function draw(picture, network) {
    picture.replaceChildren();
    const graph = graphOf(network);
    const state = { near: null, pick: picture.dataset.pick || null };
    const renderer = new Sigma(graph, picture, {
      labelFont: getComputedStyle(document.body).fontFamily, labelSize: 13, labelColor: { color: "#1b2628" },
      labelDensity: 0.9, labelGridCellSize: 190, labelRenderedSizeThreshold: 7, stagePadding: 36, zIndex: true, minCameraRatio: 0.03, maxCameraRatio: 3,
      nodeReducer: (node, data) => reducedNode(graph, state, node, data),
      edgeReducer: (edge, data) => reducedEdge(graph, state, edge, data),
    });
    renderer.on("enterNode", ({ node }) => { state.near = node; picture.classList.add("pointing"); renderer.refresh({ skipIndexation: true }); });
    renderer.on("leaveNode", () => { state.near = null; picture.classList.remove("pointing"); renderer.refresh({ skipIndexation: true }); });
    renderer.on("clickNode", ({ node }) => { state.pick = node; pick(node); renderer.refresh({ skipIndexation: true }); });
    renderer.on("clickStage", () => { state.pick = null; renderer.refresh({ skipIndexation: true }); });
    picture.dataset.drawn = String(graph.order);
    return renderer;
  }

  function reducedNode(graph, state, node, data) {
    const focus = state.near || state.pick;
    if (!focus || !graph.hasNode(focus)) return data;
    if (node === focus) return { ...data, highlighted: true, forceLabel: true, zIndex: 2 };
    if (graph.areNeighbors(node, focus)) return { ...data, forceLabel: graph.degree(focus) < 40, zIndex: 1 };
    return { ...data, color: faded, label: "", forceLabel: false, zIndex: 0 };
  }

  function reducedEdge(graph, state, edge, data) {
    const focus = state.near || state.pick;
    if (!focus || !graph.hasNode(focus)) return data;
    return graph.hasExtremity(edge, focus) ? { ...data, color: "#5f7378", size: 1.6, zIndex: 1 } : { ...data, hidden: true };
  }

  function pick(node) {
    const address = new URL(window.location.href);
    address.searchParams.set("pick", node);
    history.replaceState(history.state, "", address);
    htmx.ajax("GET", address.pathname + address.search, { target: "#panel", select: "#panel", swap: "outerHTML" });
  }

  async function start() {
    const picture = document.getElementById("picture");
    if (!picture || picture.dataset.drawn) return;
    if (drawn) { drawn.kill(); drawn = null; }
    const answer = await fetch(picture.dataset.source, { headers: { Accept: "application/json" } });
    if (answer.ok) drawn = draw(picture, await answer.json());
  }

  document.addEventListener("DOMContentLoaded", start);
  document.addEventListener("htmx:afterSettle", start);
})();
