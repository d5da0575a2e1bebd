// A bar for work that takes time, with a button that cancels it.
const soon = 300;

/** The bar with this id; it comes into view only when work takes long enough to be noticed. */
export function working(id, cancel) {
  const root = document.getElementById(id);
  const bar = root.querySelector('progress');
  const stop = root.querySelector('button');
  let timer = null;
  stop.addEventListener('click', () => {
    stop.disabled = true;
    cancel();
  });
  return {
    begin(delay = soon) {
      clearTimeout(timer);
      stop.disabled = false;
      timer = setTimeout(() => { root.hidden = false; }, delay);
    },

    /** How far it is; without a total the bar says only that there is work. */
    set(done, total) {
      if (total > 0) {
        bar.max = total;
        bar.value = done;
      } else {
        bar.removeAttribute('value');
      }
    },

    end() {
      clearTimeout(timer);
      root.hidden = true;
      bar.removeAttribute('value');
    },
  };
}
