import { type EventStream, eventStream } from '@windhover/middleware-event-stream';
import * as v from 'valibot';
import { HttpProblem, type WebApplication } from 'windhover';

const Note = v.object({ text: v.pipe(v.string(), v.minLength(1), v.maxLength(200)) });

const notes: { id: number; text: string }[] = []; // a database in a real application
const listeners = new Set<EventStream>();

export const addNotes = (app: WebApplication): void => {
  app.get('/notes', () => notes);

  app.get('/notes/:id', (_context, { id }) => {
    const note = notes.find((each) => String(each.id) === id);
    if (note === undefined) throw new HttpProblem(404);
    return note;
  });

  app.post('/notes', async ({ request, response }) => {
    const { text } = await request.json(Note, { maxSize: 10_000 });
    const note = { id: notes.length + 1, text };
    notes.push(note);
    for (const listener of listeners) void listener.send({ event: 'note', data: note });
    response.statusCode = 201;
    response.headers.set('location', `/notes/${note.id}`);
    return note;
  });

  app.get('/events', async (context) => {
    const stream = eventStream(context);
    listeners.add(stream);
    await stream.closed; // until the client leaves or the server stops
    listeners.delete(stream);
  });
};
