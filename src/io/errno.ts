/** glibc's and musl's texts for the errors that sending and opening sockets can meet. */
const NAMES: Readonly<Record<string, string>> = {
  'Operation not permitted': 'EPERM',
  'Resource temporarily unavailable': 'EAGAIN',
  'Permission denied': 'EACCES',
  'Invalid argument': 'EINVAL',
  'Too many open files': 'EMFILE',
  'No file descriptors available': 'EMFILE',
  'Message too long': 'EMSGSIZE',
  'Message too large': 'EMSGSIZE',
  'Protocol not supported': 'EPROTONOSUPPORT',
  'Address family not supported by protocol': 'EAFNOSUPPORT',
  'Cannot assign requested address': 'EADDRNOTAVAIL',
  'Address not available': 'EADDRNOTAVAIL',
  'Network is down': 'ENETDOWN',
  'Network is unreachable': 'ENETUNREACH',
  'Network unreachable': 'ENETUNREACH',
  'No buffer space available': 'ENOBUFS',
  'No route to host': 'EHOSTUNREACH',
  'Host is unreachable': 'EHOSTUNREACH',
  'Operation canceled': 'ECANCELED',
};

/** The errno name of a strerror(3) text; EUNKNOWN for one that is not listed. */
export const errnoOf = (text: string): string => NAMES[text] ?? 'EUNKNOWN';

/** A text for an errno name, by which Node goes: the one that raw sockets fail with; undefined where none is listed. */
export const textOf = (name: string | undefined): string | undefined =>
  Object.keys(NAMES).find((text) => NAMES[text] === name);
