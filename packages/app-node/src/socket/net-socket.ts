import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';

type StreamClass = abstract new (...given: never[]) => Duplex;

/**
 * Makes the objects of a class of streams instances of `net.Socket`: the methods of `net.Socket` follow those of the class
 * and its base class. The constructor of `net.Socket` does not run, so there is no handle. Its methods work without one, as
 * after the end of a socket.
 */
export const inheritNetSocket = (Class: StreamClass, Base: StreamClass): void => {
  // `_writev` of `net.Socket` writes to the handle; `null` stands for none.
  const prototype: object = Object.assign(Object.create(Socket.prototype), {
    _handle: null,
    _parent: null,
    _writev: null,
  });
  Object.defineProperties(prototype, Object.getOwnPropertyDescriptors(Base.prototype));
  Object.setPrototypeOf(Class.prototype, prototype);
};
