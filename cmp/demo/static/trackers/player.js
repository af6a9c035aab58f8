// SPDX-License-Identifier: Apache-2.0
// Demo-video: starts and stops the film, remembers the loudness it would have had.
(() => {
  const film = document.querySelector("svg");
  const button = document.querySelector("button");
  const show = (playing) => {
    film.toggleAttribute("data-playing", playing);
    button.textContent = playing ? button.dataset.pause : button.dataset.play;
  };
  localStorage.setItem("dv_volume", localStorage.getItem("dv_volume") || "0.8");
  button.addEventListener("click", () => show(!film.hasAttribute("data-playing")));
})();
