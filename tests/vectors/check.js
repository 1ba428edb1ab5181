/** In the page: hold the phone's reading and advice to the vectors; returns the first ten differences of each. */
async ({ scripts, advice, reading }) => {
  const { advise, tableFor } = await import(`${scripts}/advice.js`);
  const { read } = await import(`${scripts}/reading.js`);
  return { advice: adviceDifferences(), reading: readingDifferences() };

  function adviceDifferences() {
    const found = [];
    for (const [name, block] of Object.entries(advice.blocks)) {
      const told = unrolled(block.told);
      for (const given of combinations(block.axes)) {
        const wanted = told.next().value;
        const got = toldFor(given);
        if (got !== wanted) found.push({ name, given, got, wanted });
      }
      if (!told.next().done) found.push({ name, wanted: "fewer" });
    }
    return found.slice(0, 10);
  }

  function* unrolled(text) {
    for (const [, letter, count] of text.matchAll(/([A-Za-z])([0-9]+)/g)) {
      const code = letter.charCodeAt(0);
      const key = advice.keys[code < 97 ? code - 65 : code - 97 + 26];
      for (let left = Number(count); left > 0; left -= 1) yield key;
    }
  }

  /** Every combination of the axes; the last one runs quickest. */
  function* combinations(axes, given = {}) {
    const [first, ...rest] = Object.entries(axes);
    if (!first) {
      yield given;
      return;
    }
    for (const value of first[1]) {
      yield* combinations(Object.fromEntries(rest), { ...given, [first[0]]: value });
    }
  }

  function toldFor({ day, limits = [], warning_signs: mask, ...given }) {
    const signs = advice.signs.filter((_, bit) => mask & (1 << bit));
    const answers = { ...reading.empty, ...given, warning_signs: signs };
    const date = new Date(Date.parse(advice.day_0) + day * 86_400_000).toISOString().slice(0, 10);
    const table = tableFor(advice.table, advice.fever_points, limits, date);
    return advise(answers, day, table).key;
  }

  function readingDifferences() {
    const found = [];
    for (const { form, answers, problems } of reading.read) {
      const wanted = { answers: { ...reading.empty, ...answers }, problems };
      const got = read(form, reading.questions);
      if (sorted(got) !== sorted(wanted)) found.push({ form, got, wanted });
    }
    return found.slice(0, 10);
  }

  function sorted(value) {
    return JSON.stringify(value, (_, each) => {
      const isRecord = each && typeof each === "object" && !Array.isArray(each);
      return isRecord ? Object.fromEntries(Object.entries(each).sort()) : each;
    });
  }
};
