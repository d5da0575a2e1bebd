/** What went wrong, in the server's words. */
export class Problem extends Error {
  constructor(title, detail) {
    super(detail);
    this.title = title;
  }
}

async function ask(path, options = {}) {
  let response;
  try {
    response = await fetch(path, options);
  } catch (error) {
    if (error.name === 'AbortError') {
      throw error;
    }
    throw new Problem('No answer', 'The app does not answer. Is it still running?');
  }
  if (!response.ok) {
    const problem = await response.json().catch(() => ({}));
    throw new Problem(problem.title ?? 'That did not work', problem.detail ?? `The app answered ${response.status}.`);
  }
  return response.json();
}

const id = (match) => encodeURIComponent(match.id);

export const thumbnail = (match) => `/api/pictures/${id(match)}/thumbnail`;
export const status = () => ask('/api/status');
export const examples = () => ask('/api/pictures');
export const searchByPicture = (file, signal) => ask('/api/search', { method: 'POST', body: file, signal });
export const searchByMatch = (match, signal) => ask(`/api/pictures/${id(match)}/similar`, { signal });
