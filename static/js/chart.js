/** Lets somebody move over the charts of a course from day to day: each day is read out as the table below has it. */

const SVG = "http://www.w3.org/2000/svg";

for (const course of document.querySelectorAll("[data-course]")) {
  if (course instanceof HTMLElement) follow(course);
}

/** @param {HTMLElement} course */
function follow(course) {
  const part = course.querySelector("[data-course-day]");
  const range = course.querySelector("input[type=range]");
  const said = course.querySelector("[data-course-says]");
  if (!(part instanceof HTMLElement && range instanceof HTMLInputElement && said)) return;

  const charts = [...course.querySelectorAll("svg[role=img].chart-course")];
  const days = new Map(
    [...course.querySelectorAll("tr")].map((row) => [row.dataset.day, row.dataset.says]),
  );
  const lines = charts.map(addCursor);

  const show = () => {
    said.textContent = days.get(range.value) ?? "";
    const place = `${(100 * Number(range.value)) / Number(range.max)}%`;
    for (const line of lines) {
      line.setAttribute("x1", place);
      line.setAttribute("x2", place);
      line.removeAttribute("visibility");
    }
  };

  /** @param {Event} event */
  const goThere = (event) => {
    if (!(event instanceof PointerEvent && event.currentTarget instanceof Element)) return;
    const place = event.currentTarget.getBoundingClientRect();
    const before = range.value;
    const share = (event.clientX - place.left) / place.width;
    range.value = String(Math.round(share * Number(range.max))); // outside it stays at an end
    if (range.value !== before || event.type === "pointerdown") show();
  };

  part.hidden = false;
  range.addEventListener("input", show);
  for (const chart of charts) {
    chart.setAttribute("data-follows", "");
    for (const kind of ["pointermove", "pointerdown"]) chart.addEventListener(kind, goThere);
  }
}

/** @param {Element} chart */
function addCursor(chart) {
  const line = document.createElementNS(SVG, "line");
  line.setAttribute("class", "cursor");
  line.setAttribute("y1", "0");
  line.setAttribute("y2", "100%");
  line.setAttribute("visibility", "hidden");
  chart.append(line);
  return line;
}
