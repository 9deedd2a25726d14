import express from 'express';

/**
 * The application of the Express subjects.
 * @returns {import('express').Express}
 */
export const expressHello = () => {
  const app = express();
  app.get('/', (_request, response) => {
    response.set('server', 'windhover').type('text/plain').send('Hello, World!');
  });
  return app;
};
