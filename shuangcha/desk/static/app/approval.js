// The approval screen: a button of the bar opens its form. Without this file the bar leads to the form's own heading.
(function () {
  "use strict";
  document.querySelectorAll("[data-decide]").forEach((link) => {
    link.addEventListener("click", (event) => {
      const form = document.getElementById(link.dataset.decide);
      if (!form) return;
      event.preventDefault();
      document.querySelectorAll(".decision-form").forEach((each) => { each.open = each === form; });
      form.scrollIntoView({ block: "center" });
      const field = form.querySelector("textarea") || form.querySelector(".inline-foot .btn-primary, .inline-foot .btn-outline-danger");
      if (field) field.focus({ preventScroll: true });
    });
  });
})();
