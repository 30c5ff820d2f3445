// SPDX-License-Identifier: GPL-2.0-only
// How does one move and zoom in the map of memory? Everything else of the page
// works without this; what is drawn stands in the page with its addresses.
(function () {
	"use strict";

	const NS = "http://www.w3.org/2000/svg";
	const LABEL_Y = 30, AXIS_Y = 88, TICK_Y = 110;	// as in view_report_map.c
	const NARROW = 3;		// px: nothing is drawn narrower
	const MARK_ROOM = 15;		// px between two offenders
	const LABEL_ROOM = 40;		// px between two numbers
	const TICK_ROOM = 150;		// px between two addresses

	const id = (name) => document.getElementById(name);
	const view = id("view"), over = id("over"), readout = id("readout");

	window.addEventListener("beforeprint", () => {
		document.querySelectorAll("details").forEach((d) => { d.open = true; });
	});
	if (!view)
		return;

	const data = (e, name) => Number(e.getAttribute("data-" + name));
	const all = { a: data(over, "a"), b: data(over, "b") };
	const home = { a: data(view, "a"), b: data(view, "b") };
	const page = data(view, "page");
	const bars = [...view.querySelectorAll(".rng rect")];
	const rects = [...view.querySelectorAll(".mem rect"), ...bars];
	const marks = [...view.querySelectorAll(".mark")];
	let now = { ...home }, current = null;

	const hex = (n) => "0x" + n.toString(16);

	function bytes(n) {
		const units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];
		let unit = 0;

		for (; n >= 1024 && unit + 1 < units.length; unit++)
			n /= 1024;
		return (unit ? (Math.floor(n * 10) / 10).toFixed(1) : n) + " " + units[unit];
	}

	// Where an address is, in per cent of the width.
	const at = (addr) => (addr - now.a) / (now.b - now.a) * 100;
	const percent = (n) => Math.min(Math.max(n, -100), 200).toFixed(3) + "%";

	const round = (addr) => Math.round(addr / page) * page;

	function element(parent, name, attributes, text) {
		const e = document.createElementNS(NS, name);

		for (const key in attributes)
			e.setAttribute(key, attributes[key]);
		if (text)
			e.textContent = text;
		parent.appendChild(e);
	}

	function drawRects(width) {
		const least = NARROW / width * 100;

		for (const r of rects) {
			let from = Math.max(at(data(r, "a")), -50);
			const to = Math.min(at(data(r, "b")), 150);
			let wide = to - from;

			r.classList.toggle("off", to < 0 || from > 100);
			if (wide < least) {
				from -= (least - wide) / 2;
				wide = least;
			}
			r.setAttribute("x", percent(from));
			r.setAttribute("width", percent(wide));
		}
	}

	// Offenders side by side share a mark until there is room for each.
	function drawMarks(width) {
		let last = -MARK_ROOM;

		for (const m of marks) {
			const x = at(data(m, "a")), px = x * width / 100;
			const off = x < 0 || x > 100 || px - last < MARK_ROOM;

			if (!off)
				last = px;
			m.classList.toggle("off", off);
			m.setAttribute("x", percent(x));
		}
	}

	function drawLabels(width) {
		const group = view.querySelector(".lab"), taken = [];
		const good = (b) => b.classList.contains("k");

		group.textContent = "";
		for (const b of [...bars.filter((e) => !good(e)), ...bars.filter(good)]) {
			const x = at((data(b, "a") + data(b, "b")) / 2);
			const px = x * width / 100, number = data(b, "r");

			if (!number || x < 0 || x > 100 ||
			    taken.some((t) => Math.abs(t - px) < LABEL_ROOM))
				continue;
			taken.push(px);
			element(group, "text", { x: percent(x), y: LABEL_Y, "class": b.classList[0] },
				(good(b) ? "" : "\u2715") + number);
		}
	}

	function drawAxis(width) {
		const group = view.querySelector(".axis");
		const most = Math.max(2, Math.floor(width / TICK_ROOM));
		let step = page;

		while ((now.b - now.a) / step > most)
			step *= 2;
		group.textContent = "";
		for (let t = Math.ceil(now.a / step) * step; t <= now.b; t += step) {
			const x = at(t);

			element(group, "line", { x1: percent(x), x2: percent(x), y1: AXIS_Y, y2: AXIS_Y + 6 });
			element(group, "text", { x: percent(x), y: TICK_Y,
				"class": x < 12 ? "l" : x > 88 ? "r" : "m" }, hex(t));
		}
	}

	function drawLens() {
		const span = all.b - all.a;
		const from = (now.a - all.a) / span * 100, to = (now.b - all.a) / span * 100;
		const wide = Math.max(to - from, 0.3);

		id("lens").setAttribute("x", percent(Math.min(from, 100 - wide)));
		id("lens").setAttribute("width", percent(wide));
		id("ray-a").setAttribute("x1", percent(from));
		id("ray-b").setAttribute("x1", percent(to));
	}

	function tellWindow() {
		const seen = bars.filter((b) => data(b, "b") > now.a && data(b, "a") < now.b);

		readout.textContent = "Shown: " + bytes(now.b - now.a) + " from " + hex(now.a) +
			" to " + hex(now.b) + ", " + seen.length + " of " + bars.length + " ranges.";
	}

	function draw() {
		const width = view.getBoundingClientRect().width || 1;

		drawRects(width);
		drawMarks(width);
		drawLabels(width);
		drawAxis(width);
		drawLens();
		view.setAttribute("data-a", now.a);
		view.setAttribute("data-b", now.b);
	}

	// Show [a, b) or what is possible of it. Was it anything new?
	function show(a, b) {
		const span = Math.min(Math.max(b - a, 16 * page), all.b - all.a);
		const from = round(Math.min(Math.max((a + b - span) / 2, all.a), all.b - span));
		const to = Math.min(round(from + span), all.b);

		if (from === now.a && to === now.b)
			return false;
		now = { a: from, b: to };
		draw();
		tellWindow();
		return true;
	}

	// @where: the share of the width, from the left, that stays in its place.
	function zoom(factor, where) {
		const addr = now.a + (now.b - now.a) * where;

		return show(addr - (addr - now.a) * factor, addr + (now.b - addr) * factor);
	}

	function move(share) {
		const by = (now.b - now.a) * share;

		show(now.a + by, now.b + by);
	}

	function select(bar) {
		if (!bar)
			return;
		const a = data(bar, "a"), b = data(bar, "b"), room = Math.max(b - a, 8 * page);

		if (current)
			current.classList.remove("cur");
		current = bar;
		bar.classList.add("cur");
		show(a - room, b + room);
		readout.textContent = bar.textContent;
	}

	// The one beside the current one, or the first in sight.
	function step(by) {
		const seen = bars.findIndex((b) => data(b, "b") > now.a);
		const next = current ? bars.indexOf(current) + by : Math.max(seen, 0);

		select(bars[Math.min(Math.max(next, 0), bars.length - 1)]);
	}

	const commands = [
		["Zoom in", "+", () => zoom(1 / 2, 1 / 2), "="],
		["Zoom out", "-", () => zoom(2, 1 / 2), "_"],
		["Left", "ArrowLeft", () => move(-1 / 4)],
		["Right", "ArrowRight", () => move(1 / 4)],
		["Previous range", "p", () => step(-1)],
		["Next range", "n", () => step(1)],
		["First view", "r", () => show(home.a, home.b), "Home"],
		["All memory", "0", () => show(all.a, all.b)],
	];

	for (const [name, key, run] of commands) {
		const b = document.createElement("button");

		b.type = "button";
		b.textContent = name + " ";
		const k = document.createElement("kbd");
		k.textContent = { ArrowLeft: "\u2190", ArrowRight: "\u2192", "-": "\u2212" }[key] || key;
		b.appendChild(k);
		b.addEventListener("click", run);
		id("controls").appendChild(b);
	}
	id("controls").hidden = false;
	id("hint").hidden = false;
	view.setAttribute("tabindex", "0");
	view.setAttribute("role", "application");
	view.setAttribute("aria-roledescription", "map");
	view.setAttribute("aria-describedby", "hint readout");

	view.addEventListener("keydown", (e) => {
		const c = commands.find((x) => x[1] === e.key || x[3] === e.key);

		if (!c || e.ctrlKey || e.altKey || e.metaKey)
			return;
		e.preventDefault();
		c[2]();
	});

	// The page scrolls under a map that nobody works with.
	view.addEventListener("wheel", (e) => {
		const box = view.getBoundingClientRect();
		const turn = Math.min(Math.max(e.deltaY * (e.deltaMode ? 30 : 1), -300), 300);

		if (document.activeElement !== view && !e.ctrlKey)
			return;
		if (zoom(Math.exp(turn / 400), (e.clientX - box.left) / box.width) || e.ctrlKey)
			e.preventDefault();
	}, { passive: false });

	let drag = null;
	view.addEventListener("pointerdown", (e) => {
		if (e.button || e.target.closest("a"))
			return;
		drag = { x: e.clientX, a: now.a, b: now.b };
		view.setPointerCapture(e.pointerId);
		view.focus({ preventScroll: true });
	});
	view.addEventListener("pointermove", (e) => {
		if (!drag) {
			if (e.target.hasAttribute("data-r"))
				readout.textContent = e.target.textContent;
			return;
		}
		const by = (drag.x - e.clientX) / view.getBoundingClientRect().width * (drag.b - drag.a);
		show(drag.a + by, drag.b + by);
	});
	["pointerup", "pointercancel"].forEach((name) =>
		view.addEventListener(name, () => { drag = null; }));

	function follow(e) {
		const box = over.getBoundingClientRect();
		const addr = all.a + (e.clientX - box.left) / box.width * (all.b - all.a);
		const half = (now.b - now.a) / 2;

		show(addr - half, addr + half);
	}
	over.addEventListener("pointerdown", (e) => {
		over.setPointerCapture(e.pointerId);
		follow(e);
	});
	over.addEventListener("pointermove", (e) => {
		if (over.hasPointerCapture(e.pointerId))
			follow(e);
	});

	// A number in the table of ranges leads to its place in the map.
	document.addEventListener("click", (e) => {
		const link = e.target.closest("a[data-r]");

		if (!link)
			return;
		e.preventDefault();
		// One bar may stand for several ranges: the last that begins before.
		select(bars.filter((b) => data(b, "r") && data(b, "r") <= data(link, "r")).pop());
		id("map").scrollIntoView();
		view.focus({ preventScroll: true });
	});

	window.addEventListener("resize", draw);
	document.documentElement.classList.add("live");
	draw();
})();
