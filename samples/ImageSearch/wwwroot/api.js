// The requests to the app, and what an answer means.
/** Sent to the window when the app does not answer. */
export const unanswered = 'unanswered';

const statusLimit = 5000;
const attempts = 4; // of what the app is too busy for

/** What went wrong with an image, as what follows its name in a sentence. */
export class Problem extends Error {
  constructor(reason, isUnanswered = false) {
    super(reason);
    this.reason = reason;
    this.isUnanswered = isUnanswered;
  }
}

async function ask(path, options = {}) {
  for (let attempt = 1; ; attempt++) {
    const response = await send(path, options);
    if (response.ok) {
      return response.json();
    }
    const wait = response.headers.get('Retry-After');
    if (response.status !== 503 || wait === null || attempt === attempts) {
      throw await problem(response);
    }
    await pause(1000 * wait, options.signal);
  }
}

async function send(path, options) {
  try {
    return await fetch(path, options);
  } catch (error) {
    if (error.name === 'AbortError') {
      throw error;
    }
    window.dispatchEvent(new Event(unanswered));
    throw new Problem('was not searched: the app does not answer', true);
  }
}

async function problem(response) {
  const { reason, detail } = await response.json().catch(() => ({}));
  if (reason) {
    return new Problem(reason);
  }
  const text = (detail ?? `The app answered ${response.status}.`).replace(/\.$/, '');
  return new Problem(`was not searched: ${text[0].toLowerCase()}${text.slice(1)}`);
}

function pause(milliseconds, signal) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, milliseconds);
    signal?.addEventListener('abort', () => {
      clearTimeout(timer);
      reject(signal.reason);
    }, { once: true });
  });
}

export const thumbnail = (id) => `/api/images/${encodeURIComponent(id)}/thumbnail`;
export const status = () => ask('/api/status', { signal: AbortSignal.timeout(statusLimit) });
export const examples = () => ask('/api/images');
export const searchByFile = (file, signal) => ask('/api/search', { method: 'POST', body: file, signal });
export const searchById = (id, signal) => ask(`/api/images/${encodeURIComponent(id)}/similar`, { signal });
