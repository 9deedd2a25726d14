import { RequestDecoder, RequestEvent, encodeRequestHead } from '@windhover/http1-codec';

const { text } = encodeRequestHead({ method: 'POST', target: '/notes', headers: [['Host', 'a']], content: 5 });
const decoder = new RequestDecoder();
const seen: string[] = [];
for (const character of `${text}h\xe9llo`) {
  decoder.push(Uint8Array.of(character.charCodeAt(0)));
  for (let event = decoder.read(); event !== RequestEvent.needData; event = decoder.read()) {
    if (event === RequestEvent.head) seen.push(decoder.head!.method, decoder.head!.target);
    if (event === RequestEvent.content) seen.push(String.fromCharCode(...decoder.content!));
    if (event === RequestEvent.end) seen.push('end');
  }
}

export const result: string = seen.join();
export const expected = 'POST,/notes,h,\xe9,l,l,o,end';
