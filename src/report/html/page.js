"use strict";
(() => {
  const form = document.getElementById("filter");
  if (form) {
    const search = document.getElementById("search");
    const shown = document.getElementById("shown");
    const boxes = [...form.querySelectorAll("input[type=checkbox]")];
    const groups = [...document.querySelectorAll(".group")].map((element) => ({
      element,
      visible: true,
      rows: [...element.querySelectorAll("tbody > tr")].map((row) => ({ row, kind: row.className, text: null, visible: true })),
    }));
    const all = groups.reduce((count, group) => count + group.rows.length, 0);
    const filter = () => {
      const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
      const kinds = new Set(boxes.filter((box) => box.checked).map((box) => box.value));
      let count = 0;
      for (const group of groups) {
        let any = false;
        for (const one of group.rows) {
          if (words.length > 0) one.text ??= one.row.textContent.toLowerCase();
          const visible = kinds.has(one.kind) && words.every((word) => one.text.includes(word));
          if (visible !== one.visible) one.row.hidden = !(one.visible = visible);
          if (visible) { any = true; count += 1; }
        }
        if (any !== group.visible) group.element.hidden = !(group.visible = any);
      }
      shown.textContent = `${count} of ${all} shown`;
    };
    form.addEventListener("input", filter);
    form.addEventListener("submit", (event) => event.preventDefault());
    form.hidden = false;
    filter();
    // A link to what is filtered away takes the filter off.
    document.addEventListener("click", (event) => {
      const link = event.target instanceof Element && event.target.closest("a[href^='#']");
      const target = link && document.getElementById(link.hash.slice(1));
      if (target && target.closest("[hidden]")) {
        search.value = "";
        for (const box of boxes) box.checked = true;
        filter();
      }
    });
  }
  for (const button of document.querySelectorAll("button.copy")) {
    button.hidden = false;
    button.addEventListener("click", async () => {
      const text = button.parentElement.nextElementSibling.textContent;
      try {
        await navigator.clipboard.writeText(text);
        button.textContent = "Copied";
      } catch {
        const range = document.createRange();
        range.selectNodeContents(button.parentElement.nextElementSibling);
        getSelection().removeAllRanges();
        getSelection().addRange(range);
        button.textContent = "Selected";
      }
    });
  }
})();
