// Ids of users and devices in REST requests. An id may contain any character, including a slash.

const dots = /^(?:\.|%(?:25)*2e)+$/i;

/** An id as a path segment: percent-encoded; twice for an id of dots only, because URLs drop `.` and `..`. */
export const idInPath = (id: string): string =>
  encodeURIComponent(dots.test(id) ? encodeURIComponent(id).replace(/\./g, '%2E') : id);

/** An id as the value of a header (`X-Act-As`, `X-Device-Id`): percent-encoded. */
export const idInHeader = (id: string): string => encodeURIComponent(id);
