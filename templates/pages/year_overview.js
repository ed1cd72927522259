
(function () {
  "use strict";
  var form = document.getElementById("filters");
  var told = document.getElementById("shown");
  var rows = Array.prototype.slice.call(document.querySelectorAll("tr[data-town]"));
  function show() {
    var town = form.elements.town.value, verdict = form.elements.verdict.value, seen = 0, judged = 0;
    rows.forEach(function (row) {
      var own = row.getAttribute("data-verdict");
      row.hidden = Boolean((town && row.getAttribute("data-town") !== town) ||
        (verdict && own !== null && own !== verdict));
      judged += own !== null;
      seen += own !== null && !row.hidden;
    });
    told.textContent = town || verdict ? "结论表里显示" + seen + "个，共" + judged + "个" : "";
  }
  form.addEventListener("change", show);
  form.addEventListener("reset", function () { setTimeout(show, 0); });
  form.hidden = false;
  show();
}());
