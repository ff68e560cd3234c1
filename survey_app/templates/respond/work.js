// The work that a page asks for before it sends: squarings one after the other (Rivest, Shamir, Wagner 1996).
document.addEventListener("DOMContentLoaded", async () => {
  const form = document.forms[0], [ticket, x, n, times] = form.dataset.puzzle.split(" "), modulus = BigInt("0x" + n);
  let value = BigInt("0x" + x);
  for (let done = 0; done < times; done++) {
    value = value * value % modulus;
    if (done % 5000 === 0) await new Promise(resolve => setTimeout(resolve));
  }
  const work = document.createElement("input");
  work.type = "hidden";
  work.name = "work";
  work.value = ticket + "." + value.toString(16);
  form.append(work);
  form.submit();
});
