// The little that the pages do by themselves. Everything works without it, only not live.
"use strict";

document.addEventListener("htmx:configRequest", (event) => {
  const token = document.querySelector('meta[name="csrf"]');
  if (token) {
    event.detail.headers["x-csrf-token"] = token.content;
  }
});
