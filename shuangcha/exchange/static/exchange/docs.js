/* Starts the bundled viewer. A file of its own, because the content policy allows no script inside a page. */
"use strict";
(() => {
  const page = document.body.dataset;
  SwaggerUIBundle({
    url: page.description,
    dom_id: "#description",
    presets: [SwaggerUIBundle.presets.apis],
    layout: "BaseLayout",
    deepLinking: true,
    validatorUrl: null,
    requestInterceptor: (request) => {
      if (!request.headers.Authorization) request.headers["X-CSRFToken"] = page.csrf;
      return request;
    },
  });
})();
