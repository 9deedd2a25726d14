import DefaultTheme from 'vitepress/theme';
import { defineComponent, h, onMounted, ref } from 'vue';

/** A diagram, drawn in the browser. Mermaid is a part of the site and loaded by pages with a diagram. */
const Mermaid = defineComponent({
  props: { code: { type: String, required: true } },
  setup(props) {
    const svg = ref('');
    onMounted(async () => {
      const { default: mermaid } = await import('mermaid');
      const theme = document.documentElement.classList.contains('dark') ? 'dark' : 'neutral';
      mermaid.initialize({ startOnLoad: false, theme });
      const id = `diagram-${Math.random().toString(36).slice(2)}`;
      svg.value = (await mermaid.render(id, decodeURIComponent(props.code))).svg;
    });
    return () => h('div', { class: 'mermaid', innerHTML: svg.value });
  },
});

export default {
  extends: DefaultTheme,
  enhanceApp: ({ app }: { app: { component: (name: string, component: unknown) => void } }) =>
    app.component('Mermaid', Mermaid),
};
