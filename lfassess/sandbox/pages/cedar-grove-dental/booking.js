// Counts the free appointments of a year before the page may show, minute by minute.
(function () {
  var free = 0;
  var end = Date.now() + 350;
  while (Date.now() < end) { free += Math.sqrt(free + Date.now()) % 7; }
  window.freeAppointments = eval("Math.round(" + free + ")");
})();
