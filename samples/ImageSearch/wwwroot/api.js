// The requests to the app, and what an answer means.
/** Sent to the window when the app does not answer. */
export const unanswered = 'unanswered';

const statusLimit = 5000;
const attempts = 4; // of what the app is too busy for

/**
 * What went wrong: as what follows an image's name in a sentence, and as a sentence without a name. It is about the image, or about the request.
 */
export class Problem extends Error {
  constructor(reason, { text = reason, isAboutImage = false, isUnanswered = false }) {
    super(reason);
    this.reason = reason;
    this.text = text;
    this.isAboutImage = isAboutImage;
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
    throw new Problem('was not searched: the app does not answer', { text: 'The app does not answer.', isUnanswered: true });
  }
}

async function problem(response) {
  const { reason, detail } = await response.json().catch(() => ({}));
  const text = detail ?? `The app answered ${response.status}.`;
  return reason
    ? new Problem(reason, { text, isAboutImage: true })
    : new Problem(`was not searched: ${text[0].toLowerCase()}${text.slice(1).replace(/\.$/, '')}`, { text });
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
export const duplicates = (threshold, signal) => ask(`/api/duplicates${threshold === null ? '' : `?threshold=${threshold}`}`, { signal });
export const normalFolders = () => ask('/api/anomalies/folders');
export const anomalies = () => ask('/api/anomalies', { signal: AbortSignal.timeout(statusLimit) });
export const learnNormal = (folder) => ask(`/api/anomalies/learn?folder=${encodeURIComponent(folder)}`, { method: 'POST' });
export const cancelLearning = () => ask('/api/anomalies/learn', { method: 'DELETE' });
export const score = (file, signal) => ask('/api/anomalies/score', { method: 'POST', body: file, signal });
export const classes = () => ask('/api/classes');
export const addToClass = (name, file, signal) => ask(`/api/classes?name=${encodeURIComponent(name)}`, { method: 'POST', body: file, signal });
export const removeClass = (name) => ask(`/api/classes?name=${encodeURIComponent(name)}`, { method: 'DELETE' });
export const renameClass = (name, newName) =>
  ask(`/api/classes?name=${encodeURIComponent(name)}&newName=${encodeURIComponent(newName)}`, { method: 'PATCH' });
