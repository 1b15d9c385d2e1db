setTimeout(function () {
  document.getElementById("late").innerHTML =
    '<p class="notice">Mother\'s Day orders are open! Order early, we sell out every year.</p>';
}, 900);
