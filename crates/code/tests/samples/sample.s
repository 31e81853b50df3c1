    .section .data
# The weight of all parcels.
total:
    .quad 0

    .section .text
    .globl sum_weights

# rdi: the weights, rsi: how many
sum_weights:
    xor %rax, %rax
next:
    test %rsi, %rsi
    jz done
    add (%rdi), %rax
    add $8, %rdi
    dec %rsi
    jmp next
done:
    mov %rax, (%rdx)
    ret

too_heavy:
    mov $1, %rax
    ret
