document.addEventListener("click", function (event) {
  var link = event.target.closest && event.target.closest("nav a");
  if (link) { document.querySelectorAll("nav a").forEach(function (a) { a.style.color = ""; }); link.style.color = "#17a2c4"; }
});
