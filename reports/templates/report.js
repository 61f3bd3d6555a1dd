// Tables are sorted by the column whose heading is pressed.
for (const table of document.querySelectorAll("table")) {
  const body = table.tBodies[0];
  [...table.tHead.rows[0].cells].forEach((heading, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...heading.childNodes);
    heading.append(button);
    button.addEventListener("click", () => {
      const direction = heading.ariaSort === "ascending" ? -1 : 1;
      for (const other of table.tHead.rows[0].cells) other.ariaSort = null;
      heading.ariaSort = direction > 0 ? "ascending" : "descending";
      const key = (row) => row.cells[column].dataset.key;
      const numeric = [...body.rows].every((row) => key(row) !== "" && !isNaN(key(row)) || key(row) === "–");
      const compare = numeric ? (a, b) => (parseFloat(key(a)) || 0) - (parseFloat(key(b)) || 0) : (a, b) => key(a).localeCompare(key(b));
      body.append(...[...body.rows].sort((a, b) => direction * compare(a, b)));
    });
  });
}
