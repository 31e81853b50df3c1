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

    .equ MAX_GRAMS, 2000
    .set LIMIT, MAX_GRAMS * 2
STEP = 16

    .section .rodata
message:
    .asciz "too heavy: %d\n"
table:
    .long 1, 2, 3
    .align 8

    .macro push_all first, second
    push \first
    push \second
    .endm

    .bss
    .lcomm buffer, 64

    .text
    .type print_weight, @function
    .globl print_weight
/* Prints a weight:
   rdi holds it. */
print_weight:
    push_all %rbp, %rbx
    mov %rsp, %rbp
    lea message(%rip), %rdi
    cmp $MAX_GRAMS, %rsi
    jle .Lsmall
    call printf@PLT
.Lsmall:
1:  dec %rcx
    jnz 1b
    leave
    ret
    .size print_weight, .-print_weight
