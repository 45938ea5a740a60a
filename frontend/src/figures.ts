/** The drawings on the page of figures. Their numbers stand in tables beside them, with links to the same cases. */

import uPlot from "uplot";

interface Data {
  kind: "lines" | "bars";
  unit: string;
  x: number[];
  series: (number | null)[][];
  words: string[];
  urls: string[];
  band?: boolean;
}

/** How a mark is drawn, as the style sheet has it for the legend: so that both follow tokens and the dark mode. */
interface Look {
  colour: string;
  dash: number[];
}

const DAY = 86_400;
const language = document.documentElement.lang || "en";
const numbers = new Intl.NumberFormat(language, { maximumFractionDigits: 1 });
const days = new Intl.DateTimeFormat(language, { day: "numeric", month: "short", timeZone: "UTC" });
const charts: { chart: uPlot; box: HTMLElement }[] = [];

function looks(section: Element): Look[] {
  return [...section.querySelectorAll("[data-legend] :is(path, rect)")].map((mark) => {
    const style = getComputedStyle(mark);
    const colour = mark.tagName === "rect" ? style.fill : style.stroke;
    const dash = style.strokeDasharray === "none" ? [] : style.strokeDasharray.split(",").map(parseFloat);
    return { colour, dash };
  });
}

/** Bars that stand on each other: of each age what is under it is added, and the largest is drawn first. */
function stacked(series: (number | null)[][]): number[][] {
  const sums: number[][] = [];
  for (const own of series) {
    const below = sums.at(-1);
    sums.push(own.map((value, at) => (value ?? 0) + (below?.[at] ?? 0)));
  }
  return sums.reverse();
}

function lines(data: Data, marks: Look[]): Partial<uPlot.Options> {
  const series = data.words.map((label, at): uPlot.Series => {
    const look = marks[at];
    return {
      label,
      stroke: look?.colour ?? "currentColor",
      dash: look?.dash ?? [],
      width: 2,
      points: { show: data.x.length < 20, size: 6 },
    };
  });
  const fill = transparent(marks[0]?.colour ?? "currentColor");
  return { series: [{}, ...series], ...(data.band ? { bands: [{ series: [2, 1], fill }] } : {}) };
}

function bars(data: Data, marks: Look[]): Partial<uPlot.Options> {
  const paths = uPlot.paths.bars?.({ size: [0.64, 64] });
  const series = data.words
    .map((label, at): uPlot.Series => ({
      label,
      fill: marks[at]?.colour ?? "currentColor",
      width: 0,
      points: { show: false },
      ...(paths ? { paths } : {}),
    }))
    .reverse();
  return { series: [{}, ...series] };
}

/** The same colour, an eighth of it. */
function transparent(colour: string): string {
  return `color-mix(in srgb, ${colour} 13%, transparent)`;
}

function axes(data: Data, box: HTMLElement): uPlot.Axis[] {
  const style = getComputedStyle(box);
  const grid = getComputedStyle(document.documentElement).getPropertyValue("--hairline");
  const probe = document.createElement("span");
  probe.className = "grid-line";
  box.append(probe);
  const line = getComputedStyle(probe).stroke || grid;
  probe.remove();
  const font = `${style.fontSize} ${style.fontFamily}`;
  const quiet = { stroke: style.color, font, ticks: { show: false } };
  const few = data.x.length <= 14 && box.clientWidth >= data.x.length * 56;
  return [
    { ...quiet, size: 30, grid: { show: false }, ...(few ? { splits: () => data.x } : {}), values: (_, at) => at.map((one) => days.format(one * 1000)), incrs: [1, 2, 7, 14, 28, 91].map((one) => one * DAY) },
    { ...quiet, grid: { stroke: line, width: 1 }, size: 48, values: (_, at) => at.map((one) => said(one, data.unit)) },
  ];
}

function said(value: number, unit: string): string {
  return unit ? `${numbers.format(value)} ${unit}` : numbers.format(value);
}

/** What stands under the pointer, in words below the drawing. */
function told(data: Data, at: number): string {
  const parts = data.words.map((words, which) => {
    const value = data.series[which]?.[at];
    return value == null ? "" : `${words} ${said(value, data.unit)}`;
  });
  const day = data.x[at];
  return [day === undefined ? "" : days.format(day * 1000), ...parts].filter(Boolean).join(" · ");
}

function draw(box: HTMLElement): void {
  const section = box.closest(".plot");
  const source = section?.querySelector(`[data-of="${box.dataset["plot"]}"]`);
  if (!section || !source?.textContent) return;
  const data = JSON.parse(source.textContent) as Data;
  const now = section.querySelector("[data-now]");
  const marks = looks(section);
  const isBars = data.kind === "bars";
  const half = isBars ? (((data.x[1] ?? DAY) - (data.x[0] ?? 0)) || DAY) * 0.6 : 0;
  const rows = isBars ? stacked(data.series) : data.series;
  const options: uPlot.Options = {
    width: box.clientWidth,
    height: box.clientHeight,
    tzDate: (at) => uPlot.tzDate(new Date(at * 1000), "UTC"),
    legend: { show: false },
    cursor: { y: false, drag: { x: false, y: false }, points: { show: !isBars } },
    scales: {
      x: { time: true, range: (_, from, to) => [from - half, to === from ? to + DAY : to + half] },
      y: { range: (_, __, most) => [0, Math.max(most * 1.08, 1)] },
    },
    axes: axes(data, box),
    hooks: {
      setCursor: [
        (chart) => {
          const at = chart.cursor.idx;
          if (now) now.textContent = at == null ? "" : told(data, at);
        },
      ],
    },
    series: [],
    ...(isBars ? bars(data, marks) : lines(data, marks)),
  };
  const chart = new uPlot(options, [data.x, ...rows] as uPlot.AlignedData, box);
  chart.over.addEventListener("click", () => {
    const url = chart.cursor.idx == null ? "" : data.urls[chart.cursor.idx];
    if (url) location.assign(url);
  });
  charts.push({ chart, box });
}

function drawAll(): void {
  for (const { chart } of charts.splice(0)) chart.destroy();
  for (const box of document.querySelectorAll<HTMLElement>("[data-plot]")) draw(box);
}

drawAll();
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawAll);
new ResizeObserver(() => {
  for (const { chart, box } of charts) chart.setSize({ width: box.clientWidth, height: box.clientHeight });
}).observe(document.getElementById("main") ?? document.body);
