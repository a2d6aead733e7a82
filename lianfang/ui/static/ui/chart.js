// Draws <c-chart>: the server gives an ECharts option as data, colours and fonts come from the page's tokens. The table
// under the chart is the same figures for everyone and stays when the script or the library does not run.

const calm = matchMedia("(prefers-reduced-motion: reduce)");
const dark = matchMedia("(prefers-color-scheme: dark)");
const token = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--lf-${name}`).trim();

function theme() {
  const axis = {
    axisLine: { lineStyle: { color: token("line-strong") } },
    axisTick: { show: false },
    axisLabel: { color: token("muted"), fontSize: 13 },
    splitLine: { lineStyle: { color: token("line") } },
    nameTextStyle: { color: token("muted") },
  };
  return {
    color: ["accent", "late-fg", "due-fg", "done-fg", "alarm-fg", "line-strong"].map(token),
    textStyle: { fontFamily: getComputedStyle(document.body).fontFamily, color: token("text") },
    legend: { textStyle: { color: token("text") } },
    categoryAxis: { ...axis, splitLine: { show: false } },
    valueAxis: { ...axis, axisLine: { show: false } },
    timeAxis: { ...axis, splitLine: { show: false } },
  };
}

function draw(box) {
  const option = JSON.parse(document.getElementById(box.dataset.chart).textContent);
  box.hidden = false;
  const chart = echarts.init(box, theme(), { renderer: "svg" });
  chart.setOption({
    animation: !calm.matches,
    animationDuration: 150,
    aria: { enabled: true, label: { description: box.getAttribute("aria-label") }, decal: { show: false } },
    grid: { left: 8, right: 16, top: 32, bottom: 8, containLabel: true },
    ...option,
    // Tooltips as text drawn in the chart: HTML ones carry inline styles, which the page forbids.
    tooltip: { trigger: "axis", confine: true, ...option.tooltip, renderMode: "richText" },
  });
  return chart;
}

function start() {
  const boxes = [...document.querySelectorAll("[data-chart]")];
  let charts = boxes.map(draw);
  for (const box of boxes) {
    const table = document.querySelector(`[data-chart-table="${box.id}"]`);
    if (table) table.open = false;
  }
  addEventListener("resize", () => charts.forEach((chart) => chart.resize()));
  dark.addEventListener("change", () => {
    charts.forEach((chart) => chart.dispose());
    charts = boxes.map(draw);
  });
}

if (window.echarts) start();
