"use strict";
// Draws what /console/network.bin holds, where the server placed it. A click picks a node; the server writes the panel about it.
(() => {
  const faded = "#e3e8e6";
  const told = "#a9b8b3";
  const seen = "#7fa8d6";
  const way = "#d97706";
  const ink = "#1b2628";
  const day = 86400000;
  const padding = 40;
  const paperColour = "#fcfdfc";
  const label = { size: 13, cell: 240, roomy: 100, few: 60, least: 7, gap: 3 };
  const softEdge = 0.5;
  const batch = 200;
  const home = document.currentScript.src;
  let drawn = null;
  const asked = new Map();

  // Columns side by side, as api/mapping.py writes them; names are one text, of which each is a part.
  function columnsOf(bytes) {
    let at = 4 + new DataView(bytes).getUint32(0, true);
    const { nodes, relationships, ties, ...told } = JSON.parse(new TextDecoder().decode(bytes.slice(4, at)));
    const next = (Column, count) => {
      const found = new Column(bytes, at, count);
      at += found.byteLength;
      return found;
    };
    const columns = {
      x: next(Float32Array, nodes), y: next(Float32Array, nodes), size: next(Uint32Array, nodes), cases: next(Uint32Array, ties),
      idEnd: next(Uint32Array, nodes), captionEnd: next(Uint32Array, nodes), relationships: next(Uint16Array, 2 * relationships),
      ties: next(Uint16Array, 2 * ties), kind: next(Uint8Array, nodes),
    };
    const names = (ends) => {
      const text = new TextDecoder("utf-16le").decode(next(Uint8Array, 2 * (ends.at(-1) ?? 0)));
      return (node) => text.slice(node && ends[node - 1], ends[node]);
    };
    return { ...told, ...columns, count: nodes, id: names(columns.idEnd), caption: names(columns.captionEnd) };
  }

  function short(name) {
    return name.length > 17 ? name.slice(0, 16) + "…" : name;
  }

  function looksOf(network, width) {
    const many = network.count > 1500;
    const room = Math.max(0.5, Math.min(1, width / 700));
    const { size: most, cases } = network.most;
    return {
      many,
      tie: Array.from(network.cases, (count) => (many ? 0.7 : 1 + 4 * Math.sqrt(count / cases))),
      size: new Float32Array(network.size).map((size) => {
        const share = Math.sqrt(Math.min(1, size / most));
        return room * (many ? 1.8 + 9 * share : 4 + 14 * share);
      }),
    };
  }

  function graphOf(network, { many, tie, size }) {
    const graph = new graphology.MultiDirectedGraph();
    const onWay = new Set(network.path);
    const id = Array.from(size, (_, node) => network.id(node));
    id.forEach((name, node) => {
      const whole = network.caption(node);
      graph.addNode(name, {
        x: network.x[node], y: -network.y[node], color: network.colours[network.kind[node]], way: onWay.has(node),
        label: short(whole), whole, size: size[node],
      });
    });
    const join = (ends, line, looks) => graph.addEdge(id[ends[2 * line]], id[ends[2 * line + 1]], looks);
    for (let line = 0; line < network.relationships.length / 2; line += 1) {
      join(network.relationships, line, { color: told, size: many ? 0.4 : 1 });
    }
    tie.forEach((wide, line) => join(network.ties, line, { color: seen, size: wide }));
    for (let step = 1; step < network.path.length; step += 1) {
      join(network.path.slice(step - 1), 0, { color: way, size: 4, way: true, zIndex: 3 });
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
    const paper = canvas.getContext("2d", { alpha: false, willReadFrequently: true });
    paper.fillStyle = paperColour;
    paper.fillRect(0, 0, canvas.width, canvas.height);
    paper.scale(window.devicePixelRatio, window.devicePixelRatio);
    const at = places(network, width, height);
    strokeLines(paper, at, network.relationships, told, () => 1);
    strokeLines(paper, at, network.ties, seen, (tie) => Math.max(1, looks.tie[tie]));
    strokeLines(paper, at, network.path.slice(1).flatMap((end, step) => [network.path[step], end]), way, () => 4);
    fillDots(paper, at, network, looks.size);
    writeLabels(paper, at, looks.size, network.caption, width);
    picture.replaceChildren(canvas);
    picture.dataset.shown = String(network.count);
  }

  // Where sigma puts each node before anyone moves the picture.
  function places(network, width, height) {
    const { x, y } = network.extent;
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
  function strokeLines(paper, at, ends, colour, width) {
    paper.strokeStyle = colour;
    const draw = (line) => {
      const start = ends[2 * line];
      const end = ends[2 * line + 1];
      paper.moveTo(at.x[start], at.y[start]);
      paper.lineTo(at.x[end], at.y[end]);
    };
    inBatches(paper, ends.length / 2, draw, width, (wide) => { paper.lineWidth = wide; paper.stroke(); });
  }

  // Pixel by pixel: as arcs of a path, thousands of dots take several times as long as all the lines.
  function fillDots(paper, at, { kind, colours }, size) {
    const ratio = window.devicePixelRatio;
    const { width, height } = paper.canvas;
    const image = paper.getImageData(0, 0, width, height);
    const palette = colours.map((colour) => [1, 3, 5].map((part) => parseInt(colour.slice(part, part + 2), 16)));
    const whole = Uint32Array.from(palette, (parts) => new Uint32Array(Uint8Array.of(...parts, 255).buffer)[0]);
    const paint = { data: image.data, pixels: new Uint32Array(image.data.buffer), width, height };
    for (let node = 0; node < size.length; node += 1) {
      const radius = ratio * Math.max(0.8, size[node] - softEdge);
      fillDot(paint, ratio * at.x[node], ratio * at.y[node], radius, palette[kind[node]], whole[kind[node]]);
    }
    paper.putImageData(image, 0, 0);
  }

  // Runs half a million times, mostly before the browser has compiled it: nothing is made in it, no list is taken apart, and only
  // the edge is mixed.
  function fillDot({ data, pixels, width, height }, x, y, radius, colour, whole) {
    const reach = radius + 0.5;
    const outer = reach * reach;
    const inner = (radius - 0.5) * (radius - 0.5);
    const bottom = Math.min(height - 1, Math.floor(y + radius));
    const right = Math.min(width - 1, Math.floor(x + radius));
    for (let row = Math.max(0, Math.floor(y - radius)); row <= bottom; row += 1) {
      const down = row + 0.5 - y;
      for (let column = Math.max(0, Math.floor(x - radius)); column <= right; column += 1) {
        const across = column + 0.5 - x;
        const far = down * down + across * across;
        const pixel = row * width + column;
        if (far <= inner) {
          pixels[pixel] = whole;
        } else if (far < outer) {
          const covered = reach - Math.sqrt(far);
          const part = 4 * pixel;
          data[part] += covered * (colour[0] - data[part]);
          data[part + 1] += covered * (colour[1] - data[part + 1]);
          data[part + 2] += covered * (colour[2] - data[part + 2]);
        }
      }
    }
  }

  function inBatches(paper, items, draw, look, paint) {
    let inPath = 0;
    paper.beginPath();
    for (let item = 0; item < items; item += 1) {
      draw(item);
      inPath += 1;
      if (inPath === batch || item + 1 === items || look(item) !== look(item + 1)) {
        paint(look(item));
        paper.beginPath();
        inPath = 0;
      }
    }
  }

  function cellOf(nodes) {
    return nodes > label.few ? label.cell : label.roomy;
  }

  function leastOf(nodes) {
    return nodes > label.few ? label.least : 0;
  }

  // As sigma chooses them: the largest node of each cell, where it is large enough.
  function writeLabels(paper, at, size, caption, width) {
    const largest = new Map();
    const [wide, least] = [cellOf(size.length), leastOf(size.length)];
    for (let node = 0; node < size.length; node += 1) {
      if (size[node] < least) continue;
      const cell = `${Math.floor(at.x[node] / wide)},${Math.floor(at.y[node] / wide)}`;
      if (!largest.has(cell) || size[node] > size[largest.get(cell)]) largest.set(cell, node);
    }
    paper.font = `${label.size}px ${getComputedStyle(document.body).fontFamily}`;
    const write = writer(width);
    for (const node of largest.values()) {
      write(paper, { x: at.x[node], y: at.y[node], size: size[node], label: short(caption(node)) });
    }
  }

  // Where a name begins: right of its node, left of it where the picture ends, and never past the edge.
  function beginOf(paper, { x, size, label: name }, width) {
    const long = paper.measureText(name).width;
    const [right, left] = [x + size + label.gap, x - size - label.gap - long];
    return { long, from: right + long <= width || left < 0 ? Math.max(2, Math.min(right, width - long - 2)) : left };
  }

  // Writes names with light around them, each where no other stands; a name that must be told stands anyway.
  function writer(width) {
    const taken = [];
    return (paper, node) => {
      const { long, from } = beginOf(paper, node, width);
      const box = { left: from, right: from + long, top: node.y - label.size, bottom: node.y + label.size };
      const meets = (other) => box.left < other.right && box.right > other.left && box.top < other.bottom && box.bottom > other.top;
      if (!node.forceLabel && taken.some(meets)) return;
      taken.push(box);
      paper.lineWidth = 3;
      paper.lineJoin = "round";
      paper.strokeStyle = paperColour;
      paper.strokeText(node.label, from, node.y + label.size / 3);
      paper.fillStyle = ink;
      paper.fillText(node.label, from, node.y + label.size / 3);
    };
  }

  // The node under the pointer, or picked: ringed, its name on paper of its own.
  function point(paper, node, settings) {
    paper.font = `${settings.labelSize}px ${settings.labelFont}`;
    paper.fillStyle = paperColour;
    paper.strokeStyle = ink;
    paper.lineWidth = 1.5;
    if (node.label) {
      const { long, from } = beginOf(paper, node, widthOf(paper));
      paper.beginPath();
      paper.rect(from - 4, node.y - label.size * 0.85, long + 8, label.size * 1.7);
      paper.fill();
      paper.fillStyle = ink;
      paper.fillText(node.label, from, node.y + label.size / 3);
    }
    paper.beginPath();
    paper.arc(node.x, node.y, node.size + 1.5, 0, 2 * Math.PI);
    paper.stroke();
  }

  function widthOf(paper) {
    return paper.canvas.width / window.devicePixelRatio;
  }

  function draw(picture, network, looks) {
    const before = [...picture.children];
    const graph = graphOf(network, looks);
    const setFont = (paper) => { paper.font = `${label.size}px ${family}`; };
    const family = getComputedStyle(document.body).fontFamily;
    const state = { near: null, pick: picture.dataset.pick || null };
    let write = writer(picture.clientWidth);
    const renderer = new Sigma(graph, picture, {
      labelFont: family, labelSize: label.size, labelColor: { color: ink },
      labelDensity: 0.6, labelGridCellSize: cellOf(graph.order), labelRenderedSizeThreshold: leastOf(graph.order), stagePadding: padding, zIndex: true, minCameraRatio: 0.03, maxCameraRatio: 3,
      defaultDrawNodeLabel: (paper, node) => { if (node.label) { setFont(paper); write(paper, node); } },
      defaultDrawNodeHover: point,
      hideEdgesOnMove: graph.size > 5000,
      nodeReducer: (node, data) => reducedNode(graph, state, node, data),
      edgeReducer: (edge, data) => reducedEdge(graph, state, edge, data),
    });
    const again = () => renderer.refresh({ skipIndexation: true });
    renderer.on("beforeRender", () => { write = writer(picture.clientWidth); });
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
    document.querySelector("form [name=pick]").value = node;
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
    const network = columnsOf(await answer.arrayBuffer());
    if (!picture.isConnected) return;
    const looks = looksOf(network, picture.clientWidth);
    // What is picked makes the rest fade, which a drawing would not show; few nodes need not wait for that.
    if (looks.many || !picture.dataset.pick) {
      sketch(picture, network, looks);
      await painted();
    }
    await Promise.all(["htmx.min.js", "graphology.umd.min.js", "sigma.min.js"].map(library));
    if (!picture.isConnected) return;
    drawn = draw(picture, network, looks);
  }

  // What answers the pointer and the filters is fetched and run after the first drawing: it takes longer than the drawing.
  function library(name) {
    if (!asked.has(name)) asked.set(name, loaded().then(() => new Promise((done, failed) => {
      const script = document.createElement("script");
      Object.assign(script, { src: new URL(`vendor/${name}`, home).href, async: false, onload: done, onerror: failed });
      document.head.append(script);
    })));
    return asked.get(name);
  }

  // A script that begins between the page's text and its last image would wait for an event that is over.
  function loaded() {
    return new Promise((done) => (document.readyState === "complete" ? done() : window.addEventListener("load", done)));
  }

  function start() {
    slide();
    const picture = document.getElementById("picture");
    if (!picture || picture.dataset.begun) return;
    picture.dataset.begun = "yes";
    if (drawn) { drawn.kill(); drawn = null; }
    show(picture).finally(() => library("htmx.min.js"));
  }

  document.addEventListener("htmx:afterSettle", start);
  start();
})();
